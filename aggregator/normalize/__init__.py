"""Make what a document says clean, absolute, dated and keyed: Items in, Entries out.

It knows no network, no clock and no store, and it decides nothing about Stories.
"""

from ..dates import tells_time
from .document import Normalized, entries, unlinked

__all__ = ["Normalized", "entries", "tells_time", "unlinked"]
