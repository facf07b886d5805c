"""Topics: which Stories go on about one subject. Pure, from the log alone; it never takes a Story out of a Topic."""

from .memory import SPAN
from .subjects import REST, Topics

__all__ = ["REST", "SPAN", "Topics"]
