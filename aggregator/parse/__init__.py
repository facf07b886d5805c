"""Read what a host sent as a feed: RSS, RDF, Atom or JSON Feed bytes in, a Feed of untrusted Items out.

It cleans, resolves and judges nothing: that is for `normalize`. It knows no network, no clock and no store.
"""

from .document import read

__all__ = ["read"]
