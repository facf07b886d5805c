"""Counts what is asked of each host, and keeps until when a host asked to be left alone. It decides no wait."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ..hosts import domain_of
from ..values import Reason, Tally


class Ledger:
    """The tallies of one process; waits that other processes were asked for are learnt from the store."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}
        self._waits: dict[str, datetime] = {}
        # The network counts in its event loop, the store is written in threads.
        self._lock = threading.Lock()

    def asked(self, host: str, status: int | None) -> None:
        """Count one request; `status` is None where no answer came."""
        failed = status is None or status >= 400
        self._add(Tally(host, requests=1, not_modified=int(status == 304), failures=int(failed)))

    def wait(self, host: str, until: datetime, reason: Reason) -> None:
        """Leave a host alone until a time (aware UTC)."""
        self.learn([(host, until)])
        self._add(Tally(host, waits=1, wait_until=until, wait_reason=reason))

    def learn(self, waits: Iterable[tuple[str, datetime]]) -> None:
        """Take over the waits that the store knows of."""
        with self._lock:
            for host, until in waits:
                self._waits[host] = max(until, self._waits.get(host, until))

    def until(self, host: str, *, now: datetime) -> datetime | None:
        """Tell until when a host is to be left alone; None where it may be asked.

        Where two hosts of one domain wait, it is the domain that limits, and all its hosts wait.
        """
        with self._lock:
            waits = self._waits = {name: until for name, until in self._waits.items() if until > now}
        if not waits or host in waits:
            return waits.get(host)
        domain = domain_of(host)
        kin = [until for name, until in waits.items() if domain_of(name) == domain]
        return max(kin) if len(kin) > 1 else None

    @contextmanager
    def taken(self) -> Iterator[tuple[Tally, ...]]:
        """Hand over what was counted since the last time, for the body of the `with` to write; kept if that fails."""
        with self._lock:
            tallies, self._tallies = self._tallies, {}
        try:
            yield tuple(tallies[host] for host in sorted(tallies))
        except BaseException:
            with self._lock:
                for host, tally in tallies.items():
                    self._tallies[host] = _sum(tally, self._tallies.get(host))
            raise

    def _add(self, tally: Tally) -> None:
        with self._lock:
            self._tallies[tally.host] = _sum(tally, self._tallies.get(tally.host))


def _sum(one: Tally, other: Tally | None) -> Tally:
    if other is None:
        return one
    latest = max((tally for tally in (one, other) if tally.wait_until), key=_end, default=one)
    return Tally(
        one.host,
        one.requests + other.requests,
        one.not_modified + other.not_modified,
        one.failures + other.failures,
        one.waits + other.waits,
        latest.wait_until,
        latest.wait_reason,
    )


def _end(tally: Tally) -> datetime:
    return tally.wait_until or datetime.min.replace(tzinfo=UTC)
