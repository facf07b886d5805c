"""Copies: which Entry reprints which. Pure, in two calls: candidates by their sketches, then proof by their texts."""

from .originals import Originals
from .proof import verify
from .sketch import KEYS, Sketch, read

__all__ = ["KEYS", "Originals", "Sketch", "read", "verify"]
