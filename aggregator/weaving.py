"""From the log to Stories and Topics, by whoever holds the lease. It decides nothing: the engine does."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import clock
from .engine import MEMORY, Decision, Engine
from .opening import Site
from .store import entries, log, stories
from .store.log import Leadership, LostLease
from .values import Event, Placement

BATCH = 100
"""Lines of the log that one transaction deals with: a writer never waits long for another."""


@dataclass(slots=True)
class Leader:
    """The process that places Entries, while it holds the lease: its engine, and how far in the log that has come."""

    holder: str
    engine: Engine | None = None
    held: Leadership | None = None
    seq: int = field(default=0)


def weave(site: Site, leader: Leader) -> int:
    """Deal with every line of the log that waits, if `leader` may; give how many there were."""
    held = _lead(site, leader)
    if held is None:
        return 0
    dealt = 0
    while True:
        with site.store.read() as connection:
            events = log.after(connection, leader.seq, limit=BATCH)
        if not events:
            return dealt
        try:
            _write(site, held, events[-1].seq, _decide(site, leader, events))
        except BaseException:
            leader.engine = None  # it is ahead of the store now
            raise
        leader.seq = events[-1].seq
        dealt += len(events)


def _lead(site: Site, leader: Leader) -> Leadership | None:
    with site.store.write() as connection:
        held = log.lead(site.store, connection, name=log.ASSIGNMENT, holder=leader.holder)
    if held is None:
        leader.engine = leader.held = None
        return None
    if leader.engine is None or leader.held is None or (leader.held.epoch, leader.seq) != (held.epoch, held.seq):
        leader.engine = _restored(site, held)
        leader.seq = held.seq
    leader.held = held
    return held


def _restored(site: Site, held: Leadership) -> Engine:
    """Bring an engine to where the log was left, from what was decided then."""
    engine = Engine(site.config.site.language)
    with site.store.read() as connection:
        upto = log.moment(connection, held.seq)
        if upto is None:
            return engine
        events = log.since(connection, upto - MEMORY, upto=held.seq)
        for start in range(0, len(events), BATCH):
            some = events[start : start + BATCH]
            reports = entries.reports(connection, some)
            places = entries.placements(connection, [event.entry for event in some])
            for event in some:
                story, copy_of, topic = places[event.entry]
                if story is not None:
                    placement = Placement(event.entry, story, starts=False, copy_of=copy_of)
                    engine.restore(event, reports[event.seq], placement, topic, upto=upto)
    return engine


def _decide(site: Site, leader: Leader, events: Sequence[Event]) -> list[Decision]:
    engine = leader.engine
    if engine is None:
        raise LostLease("this process does not lead")
    decisions = []
    with site.store.read() as connection:
        reports = entries.reports(connection, events)
        for event in events:
            report = reports[event.seq]
            originals = entries.reports(connection, engine.candidates(event, report))
            decisions.append(engine.place(event, report, [originals[seq] for seq in sorted(originals)]))
    return decisions


def _write(site: Site, held: Leadership, seq: int, decisions: Sequence[Decision]) -> None:
    now = clock.now()
    with site.store.write() as connection:
        log.advance(site.store, connection, held, seq=seq)
        at = {decision.event.entry: decision.event.at for decision in decisions}
        stories.place(connection, [decision.placement for decision in decisions], at=at, now=now)
        stories.gather(connection, [d.gathering for d in decisions if d.gathering is not None], now=now)
