"""The state of copies, stories and topics together, as a function of the log up to now. It reads and writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import copies
from .copies import Originals
from .stories import Window
from .stories import features as words
from .topics import REST, Topics
from .values import Event, Gathering, Placement, Report

MEMORY = max(REST, timedelta(days=14))
"""How far back the state reaches: restored from this much of the log it is the same as if it had never been away."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the engine says to one event."""

    event: Event
    placement: Placement
    gathering: Gathering | None


class Engine:
    """Takes the log's events one by one, in order; the same log gives the same decisions in any process."""

    def __init__(self, language: str) -> None:
        self._originals = Originals()
        self._window = Window()
        self._topics = Topics(language)

    def candidates(self, event: Event, report: Report) -> tuple[Event, ...]:
        """Give the arrivals whose reports `place` needs to see."""
        return self._originals.candidates(event, report)

    def place(self, event: Event, report: Report, candidates: Sequence[Report]) -> Decision:
        """Decide whose copy a report is, which Story it belongs to, and which Topic that joins or opens."""
        features = words.read(report)
        placement = self._window.place(event, features, copy_of=copies.verify(report, candidates))
        if placement.copy_of is None:
            self._originals.take(event, report)
        gathering = self._topics.place(event, report, features, placement)
        return Decision(event, placement, gathering)

    def restore(self, event: Event, report: Report, placement: Placement, topic: str | None, *, upto: datetime) -> None:
        """Take in what was decided before, up to the moment `upto` of the last event dealt with."""
        features = words.read(report)
        if event.at >= upto - self._window.span:
            self._window.take(event, features, placement)
            if placement.copy_of is None:
                self._originals.take(event, report)
        if placement.copy_of is None:
            self._topics.take(event, report, features, placement.story)
            if topic is not None:
                self._topics.topic_of[placement.story] = topic
