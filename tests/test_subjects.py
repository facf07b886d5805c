"""Topics: which Stories open one, which join it, when it rests, and that 42 days of the log tell all of it."""

from datetime import timedelta

from making import event, report

from aggregator import stories
from aggregator.topics import REST, SPAN, Topics
from aggregator.values import Event, Gathering, Merge, Placement

DAY = 24 * 60
DAYS_IN_SPAN = SPAN // timedelta(days=1)


class Desk:
    """Tells Topics of reports, a number each, and keeps what they said."""

    def __init__(self) -> None:
        self.topics = Topics("en")
        self.told: list[tuple[Event, str, str, str]] = []
        self.said: list[Gathering] = []

    def tell(self, story: str, title: str, *, outlet: str, day: float, copy_of: int | None = None) -> None:
        line = event(len(self.told) + 1, minutes=day * DAY)
        told = report(line.entry, title, outlet=outlet, language="en")
        self.told.append((line, story, title, outlet))
        placement = Placement(line.entry, story, starts=False, copy_of=copy_of)
        self.hear(self.topics.place(line, told.title, stories.read(told), placement))

    def merge(self, winner: str, loser: str) -> None:
        self.hear(self.topics.merge(self.told[-1][0], Merge(loser=loser, winner=winner)))

    def hear(self, gathering: Gathering | None) -> None:
        self.said += [gathering] if gathering else []

    def story(self, name: str, *titles: str, day: float) -> None:
        for number, title in enumerate(titles):
            self.tell(name, title, outlet=f"outlet {number}", day=day + number / 100)


VOLCANO = (
    ("Lewotobi volcano erupts on Flores", "Lewotobi eruption on Flores kills nine", "Flores: Lewotobi volcano erupts"),
    ("Lewotobi volcano grounds Flores flights", "Flights off as Lewotobi erupts on Flores", "Lewotobi ash over Flores"),
    ("Flores villages moved after Lewotobi", "Lewotobi volcano: Flores families move", "Lewotobi: new homes on Flores"),
    ("Lewotobi volcano calms on Flores", "Flores returns home below Lewotobi", "Lewotobi alert on Flores lowered"),
)


def volcano(*days: float) -> Desk:
    desk = Desk()
    for number, (titles, day) in enumerate(zip(VOLCANO, days, strict=False), start=1):
        desk.story(f"s{number}", *titles, day=day)
    return desk


def test_three_stories_of_two_days_open_a_topic_named_by_their_titles_and_a_fourth_joins() -> None:
    desk = volcano(0, 2, 4, 6)
    first, *later = desk.said
    assert first.opens and set(first.stories) == {"s1", "s2", "s3"} and first.language == "en"
    assert set(first.title.split(", ")) == {"Lewotobi", "Flores"}
    assert [(one.topic, one.stories, one.opens) for one in later] == [(first.topic, ("s4",), False)]


def test_two_stories_or_one_day_or_one_outlet_open_none() -> None:
    assert volcano(0, 2).said == []
    assert volcano(0, 0.1, 0.2).said == []
    desk = Desk()
    for number, titles in enumerate(VOLCANO):
        for title in titles:
            desk.tell(f"s{number}", title, outlet="one", day=2 * number)
    assert desk.said == []


def test_copies_are_no_evidence() -> None:
    desk = Desk()
    for number, titles in enumerate(VOLCANO):
        for title in titles:
            desk.tell(f"s{number}", title, outlet=title, day=2 * number, copy_of=99)
    assert desk.said == []


def test_another_subject_stays_out() -> None:
    desk = volcano(0, 2, 4)
    for number, other in enumerate(("Fed holds its rate", "Carlsen quits over jeans", "Notre Dame opens its doors")):
        desk.story(f"o{number}", other, f"{other} after all", f"Why? {other}", day=5 + number)
    assert [one.opens for one in desk.said] == [True]


def test_a_topic_rests_when_it_got_nothing_for_three_weeks() -> None:
    rest = REST // timedelta(days=1)
    assert [one.opens for one in volcano(0, 2, 4, 4 + rest - 1).said] == [True, False]
    assert [one.opens for one in volcano(0, 2, 4, 4 + rest + 1).said] == [True]


def test_what_was_told_longer_ago_is_forgotten() -> None:
    assert [one.opens for one in volcano(0, 20, DAYS_IN_SPAN - 1).said] == [True]
    assert volcano(0, 20, DAYS_IN_SPAN + 1).said == []


def test_a_merged_story_brings_its_topic_and_never_leaves_its_own() -> None:
    desk = volcano(0, 2, 4)
    topic = desk.said[0].topic
    desk.story("big", "Ministers meet in Jakarta", "Jakarta: ministers meet", "Ministers in Jakarta", day=5)
    desk.merge("big", "s1")
    assert desk.said[1:] == [Gathering(topic=topic, stories=("big",), opens=False)]
    desk.merge("s2", "big")
    desk.merge("unknown", "nothing")
    assert len(desk.said) == 2


def test_reports_of_a_merged_story_speak_for_the_one_that_it_goes_on_as() -> None:
    desk = volcano(0, 2)
    for number, title in enumerate(VOLCANO[2]):
        desk.tell(f"part {number}", title, outlet=f"outlet {number}", day=4)
    assert desk.said == []
    desk.merge("part 0", "part 1")
    desk.merge("part 0", "part 2")
    assert [(one.opens, set(one.stories)) for one in desk.said] == [(True, {"s1", "s2", "part 0"})]


def test_what_is_restored_goes_on_as_what_was_kept() -> None:
    kept = volcano(0, 2, 4)
    kept.story("s0", "Old news of Lewotobi", "Lewotobi in old news", day=4.5)
    restored = Desk()
    restored.told = list(kept.told)
    topic_of = {story: one.topic for one in kept.said for story in one.stories}
    for line, story, title, outlet in kept.told:
        told = report(line.entry, title, outlet=outlet, language="en")
        restored.topics.take(line, told.title, stories.read(told), story, topic_of.get(story))
    already = len(kept.said)
    for desk in (kept, restored):
        desk.story("s4", *VOLCANO[3], day=20)
        desk.story("s5", *VOLCANO[1], day=30)
        desk.merge("s5", "s0")
    assert restored.said == kept.said[already:] and restored.said
