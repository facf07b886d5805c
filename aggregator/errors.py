"""The tree of Anyam's errors. Each says what happened and what to do; none carries a traceback to a person."""

from datetime import datetime


class AnyamError(Exception):
    """Any failure that Anyam expects and explains; its text is one line for a person."""


class ConfigError(AnyamError):
    """feeds.yaml or a setting is wrong; `problems` holds one line each, with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FetchError(AnyamError):
    """A request brought no usable answer. `retry_after` is the number of seconds the host asked to wait, if it did."""

    place: str | None = None
    """The host that answered, as `hosts.host_of` names it, where one did."""
    read = 0
    """Bytes of an answer that turned out to be none, as one that is too large."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Waiting(FetchError):
    """The host asked to be left alone, and was not asked; `until` is when it may be (aware UTC)."""

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Busy(Waiting):
    """Another process on this store asks the host at present, and did not let us in."""


class RefusedAddress(FetchError):
    """The address guard refused to connect: the address is private and `fetch.allow` does not name it."""


class Unreached(FetchError):
    """No host heard of the request: its name was not found, or this machine has no network."""


class Gone(FetchError):
    """The host answered 410: the Source has ended and is not asked again."""


class ParseError(AnyamError):
    """A document could not be read as a feed or page."""


class StoreError(AnyamError):
    """The store cannot be opened or is not what this version expects."""
