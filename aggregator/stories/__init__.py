"""Stories: which reports tell one event. Pure: the log in, placements out; no store, network or clock."""

from .window import SPAN, Limits, Window

__all__ = ["SPAN", "Limits", "Window"]
