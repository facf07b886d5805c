"""Says Anyam's own words in a reader's language. It translates no news: titles stay as they are."""

from .voice import LANGUAGES, Voice, direction, mark, speak

__all__ = ["LANGUAGES", "Voice", "direction", "mark", "speak"]
