"""Follows redirects on paper: where they lead, what moved for good, who gets credentials. It sends nothing."""

from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import urljoin

from ..errors import FetchError
from ..hosts import is_home
from .target import Target, read_target, shown

MAX_REDIRECTS: Final = 5
"""Hops after the first request: outlets need up to three (http to https to www to a feed host)."""

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
KEEPING: Final = frozenset({307, 308})
"""RFC 9110, section 15.4: only these two keep the method, and with it what is sent."""
PERMANENT: Final = frozenset({301, 308})
"""RFC 9110, section 15.4: only these two say that the old address should be forgotten."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A request on its way: the address to ask now, and what the hops before it amount to."""

    at: Target
    seen: tuple[str, ...] = ()
    permanent: bool = True
    """Every hop so far was permanent."""
    trusted: bool = True
    """Every hop so far stayed with the host that credentials are meant for, so that they may be sent."""

    @classmethod
    def start(cls, url: str, *, home: str | None = None) -> Self:
        """Set out for a URL, with credentials for the host of `home` alone (None: the URL's own).

        Raises what `read_target` raises.
        """
        at = read_target(url)
        return cls(at, trusted=home is None or is_home(home, at.url))

    @property
    def moved_to(self) -> str | None:
        """Where the Source lives now, if every hop that led here was permanent."""
        return self.at.url if self.seen and self.permanent else None

    @property
    def shown(self) -> str:
        """The address to ask now, as a message names it, and the one that led there."""
        return shown(self.at.url) + (f" (where {shown(self.seen[0])} leads)" if self.seen else "")

    def redirected(self, status: int, location: str | None) -> "Journey":
        """Take one redirect (RFC 9110, section 10.2.2); raises FetchError where it leads nowhere or in a circle.

        Credentials once withheld stay withheld, else a foreign host could send us back to any address with them.
        """
        here = self.shown
        if not location or not location.strip():
            raise FetchError(f"{here}: the answer {status} names no new address; ask the host's keeper", status=status)
        try:
            following = read_target(urljoin(self.at.url, location.strip()))
        except FetchError as error:
            raise type(error)(f"{here} redirects to an address that is not followed: {error}", status=status) from None
        except ValueError:
            raise FetchError(
                f"{here}: the answer {status} names no address of the web; ask the host's keeper", status=status
            ) from None
        seen = (*self.seen, self.at.url)
        if following.url in seen:
            raise FetchError(f"{here} redirects in a circle; look at it in a browser", status=status)
        if len(seen) > MAX_REDIRECTS:
            raise FetchError(f"{here} redirects more than {MAX_REDIRECTS} times; give the last address", status=status)
        return replace(
            self,
            at=following,
            seen=seen,
            permanent=self.permanent and status in PERMANENT,
            trusted=self.trusted and is_home(self.at.url, following.url),
        )
