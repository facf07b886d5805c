"""What editors decide of Stories and Topics, and what that binds. It reads and writes nothing, and judges no report."""

from .bonds import Bond, Bonds
from .edits import Edit, read
from .ground import Ground, Outcome, Past
from .resolving import resolve

__all__ = ["Bond", "Bonds", "Edit", "Ground", "Outcome", "Past", "read", "resolve"]
