"""Reads dates as outlets write them, and finds them in lines of text. It knows no clock and no page."""

from .moments import is_relative, read, tells_time

__all__ = ["is_relative", "read", "tells_time"]
