"""The rules of WebSub for those who subscribe: what is announced, asked, believed, and when. It asks no hub.

All of it follows the W3C Recommendation of 23 January 2018, https://www.w3.org/TR/websub/.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

LEASE = timedelta(days=10)
"""What is asked for: what many hubs give by themselves, and few give more."""
LONGEST_LEASE = timedelta(days=30)
"""A hub that promises more may be gone by then, and nobody would notice."""
RENEWED = 2 / 3
"""Share of a lease after which it is renewed: what is left are days for a hub that is down."""
SOONEST_RENEWAL = timedelta(hours=1)
"""However short a hub's leases are, it is asked no more often: between them the Source is polled at its own pace."""
FIRST_RETRY = timedelta(minutes=15)
LAST_RETRY = timedelta(days=7)
"""A hub that fails, or never verifies, is asked again after the first, then twice as late each time, up to the last."""
DENIED = timedelta(days=7)
"""After so long a hub that said no is asked again."""
LEAVINGS = 3
"""Requests to end a subscription; after these it is forgotten, and its pings are answered with 410."""
FRESH = timedelta(days=3)
"""A hub that was silent for longer is not relied on: a Source that publishes daily has made it speak by then."""
GAP = timedelta(minutes=1)
"""Between the polls of one Source that its hub asks for, however many pings come."""
LONGEST_REASON = 200
LARGEST_PING = 4 * 1024 * 1024
"""Bytes; hubs send the new items or the whole feed, and feeds of public outlets stay below 2 MiB."""
LONGEST_ADDRESS = 2_000
MOST_HUBS = 10
METHODS = ("sha1", "sha256", "sha384", "sha512")
"""The methods of X-Hub-Signature (section 7.1)."""

_LINK = re.compile(r'<([^<>]*)>((?:[^",<]|"(?:[^"\\]|\\.)*")*)')
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))')
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Announced:
    """The hubs that a Source announces, in its order, and the topic to subscribe to there."""

    hubs: tuple[str, ...]
    topic: str
    inside: bool = False
    """The Source lives at an address that `fetch.allow` names, so its hub may as well."""


def announced(
    headers: Mapping[str, str], *, url: str, hubs: tuple[str, ...], topic: str | None, inside: bool = False
) -> Announced | None:
    """Give what an answer announces (section 4): Link headers, else the document's own `hubs` and `topic`.

    `url` is the address that answered, for relative links. None without a hub, or without the topic's own address.
    """
    linked = _links(headers.get("link", ""))
    found = [_address(url, hub) for hub in (linked.get("hub") or hubs)]
    topics = [_address(url, one) for one in (linked.get("self") or (topic,)) if one]
    kept = tuple(dict.fromkeys(hub for hub in found if hub))[:MOST_HUBS]
    if not kept or not topics or topics[0] is None:
        return None
    return Announced(kept, topics[0], inside)


def _links(header: str) -> dict[str, list[str]]:
    """Read a Link header (RFC 8288): the targets of each relation; links about another document are none of ours."""
    found: dict[str, list[str]] = {}
    for target, rest in _LINK.findall(header):
        said: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(rest):
            said.setdefault(name.lower(), quoted or plain)
        if "anchor" not in said:
            for relation in said.get("rel", "").lower().split():
                found.setdefault(relation, []).append(target)
    return found


def _address(base: str, link: str) -> str | None:
    link = link.strip()
    if "://" not in link:
        try:
            link = urljoin(base, link)
        except ValueError:
            return None
    return link if len(link) <= LONGEST_ADDRESS and _ADDRESS.match(link) and link.isprintable() else None


def callback(site_url: str, token: str) -> str:
    """Give the address at which hubs find us."""
    return f"{site_url}/websub/callback/{token}"


def request(mode: str, *, topic: str, callback: str, secret: str) -> dict[str, str]:
    """Give the form that asks a hub to `subscribe` or `unsubscribe` (section 5.1).

    The secret goes to hubs without TLS as well, against the advice there: without one, whoever has seen the request
    could send pings, and with it only he who reads along.
    """
    form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    if mode == "subscribe":
        form |= {"hub.secret": secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}
    return form


def lease(words: str | None) -> timedelta:
    """Read the hub.lease_seconds of a verification, at most `LONGEST_LEASE`; where it is no number, what we asked."""
    said = (words or "").strip()
    if not said.isascii() or not said.isdigit():
        return LEASE
    # 12 digits already pass any lease; the rest of a number of any length need not be read.
    return timedelta(seconds=min(int(said[:12]), int(LONGEST_LEASE.total_seconds())))


def denial(reason: str) -> str:
    """Word a hub's refusal in one line for operators, with the reason that it gives."""
    said = " ".join(reason.split())[:LONGEST_REASON]
    return f"the hub refuses: {said}" if said and said.isprintable() else "the hub refuses"


def renewal(lasts: timedelta) -> timedelta:
    """Give how long after its verification a lease is to be renewed."""
    return max(lasts * RENEWED, SOONEST_RENEWAL)


def retry(tries: int) -> timedelta:
    """Give how long after the last of so many requests in a row, none of them verified, the next one is due."""
    wait: timedelta = FIRST_RETRY * 2.0 ** min(max(tries - 1, 0), 20)
    return min(wait, LAST_RETRY)


def is_signed(body: Iterable[bytes], *, header: str | None, secret: str) -> bool:
    """Tell whether X-Hub-Signature signs a body with our secret (section 7.1); the body is read piece by piece."""
    method, _, given = (header or "").strip().partition("=")
    if method.lower() not in METHODS:
        return False
    made = hmac.new(secret.encode(), digestmod=getattr(hashlib, method.lower()))
    for piece in body:
        made.update(piece)
    return hmac.compare_digest(made.hexdigest().encode(), given.strip().lower().encode())


def is_pushed(
    *,
    lease_until: datetime | None,
    pinged_at: datetime | None,
    polled_at: datetime | None,
    brought: bool,
    now: datetime,
) -> bool:
    """Tell whether a hub can be relied on to say when its Source has something new.

    Its lease lives, it spoke lately, and the visit at `now` bears it out: since the one before (`polled_at`) it has
    spoken and there was something new, or it was silent and there was nothing. A ping that finds nothing yet, since
    the feed lies in a cache, wants another look soon; news without a ping mean that pings get lost.
    """
    if lease_until is None or lease_until <= now or pinged_at is None or now - pinged_at > FRESH:
        return False
    spoke = polled_at is None or pinged_at >= polled_at
    return spoke == brought
