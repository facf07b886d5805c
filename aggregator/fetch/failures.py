"""Puts what can go wrong on the network into plain words. It repairs and retries nothing."""

import errno
import re
from typing import Final

import aiohttp

from ..errors import FetchError, RefusedAddress, Unreached
from .answer import LASTING
from .decode import BadBody
from .dial import RefusedDial

_LINE: Final = re.compile(r"[^ -~]+")

# In order: the first class that fits tells the story.
_STORIES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "the name was not found, or its DNS does not answer; check the address"),
    (aiohttp.ClientConnectorSSLError, "no TLS connection came about; try the address in a browser"),
    (aiohttp.ClientProxyConnectionError, "the proxy could not be reached; check `fetch.proxy`"),
    (aiohttp.ClientHttpProxyError, "the proxy refuses to connect us; check `fetch.proxy`"),
    (
        aiohttp.ClientConnectorError,
        "no connection came about; the host is down, or the port is wrong: try the address in a browser",
    ),
    (aiohttp.ServerDisconnectedError, "the host closed the connection without an answer" + LASTING),
    (aiohttp.ClientPayloadError, "the answer stops short or is broken" + LASTING),
    (aiohttp.ClientResponseError, "the answer's headers are broken or too large; try the address in a browser"),
    (aiohttp.ClientOSError, "the host broke the connection off" + LASTING),
    (aiohttp.InvalidURL, "the address cannot be asked for; check it"),
    (ValueError, "the request cannot be written; check the Source's address and `headers`"),
)
_OTHERWISE: Final = "the exchange failed" + LASTING

EXPECTED: Final = (aiohttp.ClientError, OSError, ValueError, BadBody)
"""Everything that aiohttp, the resolver and the decoder throw at a request."""


def explain(error: BaseException, *, host: str, where: str, deadline: float) -> FetchError:
    """Turn a failure of a request to `host` into one line about the address named `where`; `deadline` is in seconds."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, RefusedDial):
        return RefusedAddress(f"{where} is refused: {_plain(cause.strerror)}; name it in `fetch.allow` if it is yours")
    if isinstance(error, BadBody):
        found = FetchError(f"{where}: {error}")
        found.read = error.read
        return found
    if isinstance(error, TimeoutError) and error.errno is None:
        return FetchError(f"{where} did not finish its answer within {deadline:g} s{LASTING}")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = _plain(getattr(error.certificate_error, "verify_message", "") or "not valid")
        return FetchError(f"{where}: its TLS certificate is not trusted ({reason}); ask the host's keeper")
    if isinstance(error, aiohttp.ClientConnectorDNSError) and error.host != host:
        return FetchError(f"{where}: the proxy's name {_plain(error.host)} was not found; check `fetch.proxy`")
    story = next((words for kind, words in _STORIES if isinstance(error, kind)), _OTHERWISE)
    unheard = isinstance(error, aiohttp.ClientConnectorDNSError) or getattr(cause, "errno", None) == errno.ENETUNREACH
    return (Unreached if unheard else FetchError)(f"{where}: {story}")


def unnamed(host: str, *, where: str) -> Unreached:
    """Say that the name of `host` cannot be judged, so that the proxy was not asked."""
    return Unreached(
        f"{where}: the name {_plain(host)} was not found on this machine, which judges it before the proxy is asked; "
        "check the address, or give this machine a DNS server"
    )


def _plain(words: object) -> str:
    """Keep a foreign text to one harmless line of at most 200 characters."""
    return _LINE.sub(" ", str(words)).strip()[:200]
