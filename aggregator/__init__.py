"""Anyam weaves the feeds and pages of many news outlets into stories; this package is its engine."""

__version__ = "0.1.0"
