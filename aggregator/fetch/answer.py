"""Says what an answer's status and headers mean. It reads no body and no network."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from .. import httpdate
from ..clock import now
from ..errors import FetchError, Gone

# A host that asks for longer than this has a broken clock or wants us gone, and then it can say 410.
LONGEST_WAIT: Final = timedelta(days=30)

# Bytes. Real ones stay below 100; hosts refuse requests whose headers are too long (431), and a store keeps them.
MAX_VALIDATOR: Final = 1_024

# Seconds: a 429 that names no time is still one. Most limits of hosts count requests per hour.
TOO_MANY: Final = 3_600.0

_VALIDATORS: Final = frozenset({"etag", "last-modified"})

# What no header's value may hold (RFC 9110, section 5.5): a lenient reader lets it in, a strict writer not out.
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

LASTING: Final = "; if that lasts, tell the host's keeper"
"""What to do about a failure that most often passes by itself."""

_OTHERWISE: Final = "it sent no document; look at the address in a browser"
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_ADVICE: Final = {
    401: "it wants a user and password; give the Source `auth`",
    403: "it refuses us; open the address in a browser, and ask the host's keeper to let us in",
    404: "there is nothing at this address; check it, or look for the Source's new one",
    406: "it has nothing in a form that we read; look for a feed of the same host",
    407: "the proxy wants a user and password; give them in `fetch.proxy`",
    429: "it asks us to come less often",
    451: "it is withheld for legal reasons; remove the Source",
    503: "it is overloaded or in repair",
}


_CHALLENGE: Final = (
    "it sets browsers a challenge, which Anyam does not take; ask the host's keeper to let our User-Agent pass, "
    "or look for a feed"
)


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read raw headers: names in lower case, repeated ones joined by a comma (RFC 9110, section 5.3).

    Values are UTF-8, else Latin-1. Validators that could not be sent back byte for byte are left out: stored, they
    would make every later request fail.
    """
    joined: dict[str, bytes] = {}
    for raw_name, value in raw:
        name = raw_name.decode("latin-1").lower()
        joined[name] = joined[name] + b", " + value if name in joined else value
    return {name: _decoded(value) for name, value in joined.items() if name not in _VALIDATORS or _can_return(value)}


def _can_return(validator: bytes) -> bool:
    if len(validator) > MAX_VALIDATOR or _FORBIDDEN.search(validator):
        return False
    try:
        validator.decode("utf-8")  # what a request's headers are written in
    except UnicodeDecodeError:
        return False
    return True


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def failure(where: str, status: int, headers: dict[str, str], *, for_good: bool) -> FetchError:
    """Make the error of an answer that brings no document, from the address that is named `where`.

    `for_good`: no temporary redirect led to it.

    Gone for 410 (RFC 9110, section 15.5.11). 429 carries `retry_after`, 503 where it names one.
    """
    if status == 410 and for_good:
        words = f"{where} answered 410: it has ended for good; look for a new address, or remove the Source"
        return Gone(words, status=status)
    wait = _asked_to_wait(status, headers)
    advice = _ADVICE.get(status, "it is broken at the moment" if status >= 500 else _OTHERWISE)
    # As Cloudflare says it; other hosts' challenges tell nothing by their headers.
    is_challenge = status in (403, 503) and headers.get("cf-mitigated", "").strip().lower() == "challenge"
    if is_challenge:
        advice = _CHALLENGE
    if wait:
        advice += f", and wants to be left alone for {_span(wait)}"
    elif status >= 500 and not is_challenge:
        advice += LASTING
    return FetchError(f"{where} answered {status}: {advice}", status=status, retry_after=wait)


def _span(seconds: float) -> str:
    """Name a wait in the largest unit of which it has two at least."""
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= 2 * size), _UNITS[-1])
    return f"{seconds / size:.0f} {unit}"


def _asked_to_wait(status: int, headers: dict[str, str]) -> float | None:
    if status not in (429, 503):
        return None
    said = retry_after(headers)
    return TOO_MANY if said is None and status == 429 else said


def retry_after(headers: dict[str, str]) -> float | None:
    """Read Retry-After in seconds (RFC 9110, section 10.2.3), from 0 to LONGEST_WAIT; None where there is none.

    A date counts from the answer's own Date, so that a host whose clock is wrong still gets the wait it means.
    """
    words = headers.get("retry-after", "").strip()
    if not words:
        return None
    longest = LONGEST_WAIT.total_seconds()
    if words.isascii() and words.isdigit():
        # 20 digits already pass any wait; the rest of a number of any length need not be read.
        return min(float(words[:20]), longest)
    until = httpdate.read(words)
    if until is None:
        return None
    since = httpdate.read(headers.get("date")) or now()
    return min(max((until - since).total_seconds(), 0.0), longest)
