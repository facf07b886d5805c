"""Counts what is asked of each host, and keeps until when a host asked to be left alone. It decides no wait."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ..hosts import Waits, domain_of, left_alone
from ..values import Reason, Tally

MOST_GUESTS = 10_000
"""Waits of guests that are kept: those that end first are forgotten beyond it."""


class Ledger:
    """The tallies of one process; waits that other processes were asked for are learnt from the store.

    A guest is a domain whose Source leads to hosts elsewhere: what these ask of it binds no other.
    """

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}
        self._waits: dict[str, tuple[datetime, datetime]] = {}
        self._guests: dict[tuple[str, str], tuple[datetime, datetime]] = {}
        # The network counts in its event loop, the store is written in threads.
        self._lock = threading.Lock()

    def asked(self, host: str, status: int | None) -> None:
        """Count one request; `status` is None where no answer came."""
        failed = status is None or status >= 400
        self._add(Tally(host, requests=1, not_modified=int(status == 304), failures=int(failed)))

    def wait(self, host: str, until: datetime, reason: Reason, *, told: datetime) -> None:
        """Leave a host alone until a time, as it was `told` (both aware UTC)."""
        self.learn([(host, until, told)])
        self._add(Tally(host, waits=1, wait_until=until, wait_reason=reason))

    def learn(self, waits: Iterable[tuple[str, datetime, datetime]]) -> None:
        """Take over the waits that the store knows of: host, end, and when it was told."""
        with self._lock:
            for host, until, told in waits:
                self._waits[host] = max((until, told), self._waits.get(host, (until, told)))

    def wait_as_guest(self, guest: str, host: str, until: datetime, *, told: datetime) -> None:
        """Leave a host alone until a time for one guest only; it is not written, and ends with the process."""
        with self._lock:
            kept = {key: wait for key, wait in self._guests.items() if wait[0] > told}
            kept[guest, host] = max((until, told), kept.get((guest, host), (until, told)))
            while len(kept) > MOST_GUESTS:
                del kept[min(kept, key=kept.__getitem__)]
            self._guests = kept

    def until(self, host: str, *, now: datetime, guest: str | None = None) -> datetime | None:
        """Tell until when a host is to be left alone, by a `guest` or by all; None where it may be asked."""
        with self._lock:
            waits = self._waits = {name: wait for name, wait in self._waits.items() if wait[0] > now}
            own = {name: wait for (who, name), wait in self._guests.items() if who == guest and wait[0] > now}
        domain = domain_of(host) if waits or own else host
        ends = [left_alone(host, _of_domain(some, domain), now=now) for some in (waits, own) if some]
        return max((end for end in ends if end is not None), default=None)

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


def _of_domain(waits: Waits, domain: str) -> Waits:
    return {name: wait for name, wait in waits.items() if domain_of(name) == domain}


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
