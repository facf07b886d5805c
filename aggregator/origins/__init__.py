"""Origins: who first reported what a report says. It reads what reports say of themselves, and knows no clock."""

from .counting import of_copy, of_story, sure
from .reading import COUNTED, own, read

__all__ = ["COUNTED", "of_copy", "of_story", "own", "read", "sure"]
