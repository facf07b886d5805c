"""What the site says about fetching, as one frozen value. It reads no configuration and decides nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """The `fetch` part of the configuration, together with the name that we go by."""

    allow: frozenset[tuple[str, int]]
    """(IP address, port) pairs that may be fetched though private; mapped forms unmapped."""
    gap: float = 2.0
    """Seconds between the end of one request to a host and the start of the next; 0 for allowed addresses."""
    proxy: str | None = None
    user_agent: str
