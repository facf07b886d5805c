"""Stories: which reports tell one event. Pure: the log in, placements and merges out; no store, network or clock."""

from .evidence import KINDS, Evidence, read
from .explaining import TOGETHER, Explanation, Flip, Pairs, Part, Told
from .likeness import decided_by
from .window import BEST, LEAVE, SPAN, Window

__all__ = [
    "BEST",
    "KINDS",
    "LEAVE",
    "SPAN",
    "TOGETHER",
    "Evidence",
    "Explanation",
    "Flip",
    "Pairs",
    "Part",
    "Told",
    "Window",
    "decided_by",
    "read",
]
