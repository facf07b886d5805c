"""Reads dates as outlets write them, and finds them in lines of text. It knows no clock and no page."""

from .lines import Told, find
from .moments import is_relative, read, tells_time

__all__ = ["Told", "find", "is_relative", "read", "tells_time"]
