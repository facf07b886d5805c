"""Reads dates as outlets write them, and finds them in lines of text. It knows no clock and no page."""

from .lines import Told, find
from .moments import ahead, is_relative, is_told, read, tells_time

__all__ = ["Told", "ahead", "find", "is_relative", "is_told", "read", "tells_time"]
