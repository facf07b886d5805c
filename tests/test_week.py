"""A week on a fast clock, against hosts that write down who came: politeness that we can prove.

The clock leaps from one due visit to the next. Every quarter of a day the site is closed and opened again, as by a
restart. `python -m pytest tests/test_week.py -s` prints the figures.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import hostile
import pytest
from outlets import outlets
from sqlalchemy import select

from aggregator import pipeline, waits
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.fetch.client import Client
from aggregator.opening import Site, open_site
from aggregator.polling import poll
from aggregator.store import reading, sources
from aggregator.store.schema import entry, source
from aggregator.tools import Tools, fetch_rules

START = datetime(2024, 12, 9, 0, 0, tzinfo=UTC)
"""A Monday."""
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
RESTART = 6 * HOUR
LEAST = timedelta(minutes=15)

Answer = Callable[["Visit"], bytes]


def now() -> datetime:
    return datetime.fromisoformat(os.environ["ANYAM_AT"])


@dataclass(frozen=True)
class Visit:
    """One request as a host writes it down."""

    path: str
    at: datetime
    etag: str | None
    last_modified: str | None

    @property
    def is_conditional(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass
class Host:
    """A server on loopback with a log; `answers` by path."""

    answers: dict[str, Answer]
    server: hostile.Server = field(init=False)
    visits: list[Visit] = field(default_factory=list)

    def open(self, server: hostile.Server) -> None:
        self.server = server
        for path in ("/robots.txt", *self.answers):
            server.replies[path] = self._act(path)

    def _act(self, path: str) -> hostile.Act:
        async def act(writer: asyncio.StreamWriter) -> None:
            asked = next(visit for visit in reversed(self.server.visits) if visit.path == path)
            visit = Visit(path, now(), asked.header("if-none-match"), asked.header("if-modified-since"))
            self.visits.append(visit)
            found = self.answers.get(path)
            writer.write(found(visit) if found else hostile.answer(b"", status="404 Not Found"))
            await writer.drain()

        return act

    def at(self, path: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.path == path]


def items(every: timedelta, *, most: int = 20, old: int = 10) -> list[tuple[str, datetime]]:
    """Give what a Source has published by now: one item each so often, and some before the week began."""
    last = int((now() - START) / every)
    return [(f"berita-{number}", START + number * every) for number in range(max(last - most, -old), last + 1)][::-1]


def rss(every: timedelta, *, head: str = "") -> bytes:
    told = "".join(
        f"<item><title>Kapal {name} tiba dengan muatan {name}</title><guid>{name}</guid>"
        f"<link>https://kabar.example/{name}</link><pubDate>{format_datetime(at)}</pubDate></item>"
        for name, at in items(every)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Kabar</title>{head}{told}</channel></rss>".encode()


def feed(every: timedelta, *lines: str, head: str = "", validators: bool = True) -> Answer:
    """Answer as a good host does: 304 to those who hold what there is."""

    def answer(visit: Visit) -> bytes:
        body = rss(every, head=head)
        etag, modified = f'W/"{items(every)[0][0]}"', format_datetime(items(every)[0][1], usegmt=True)
        mine = (f"ETag: {etag}", f"Last-Modified: {modified}") if validators else ()
        if validators and visit.etag == etag and visit.last_modified == modified:
            return hostile.answer(b"", *mine, *lines, status="304 Not Modified")
        return hostile.answer(body, *mine, *lines)

    return answer


def until(moment: timedelta, first: Answer, then: Answer) -> Answer:
    return lambda visit: (first if now() < START + moment else then)(visit)


def failing(status: str, *lines: str) -> Answer:
    return lambda visit: hostile.answer(b"", *lines, status=status)


def between(begin: timedelta, end: timedelta, meanwhile: Answer, otherwise: Answer) -> Answer:
    return until(begin, otherwise, until(end, meanwhile, otherwise))


def lying(visit: Visit) -> bytes:
    """Answer with new items under the same ETag."""
    return hostile.answer(rss(4 * HOUR), 'ETag: "for ever"')


def restless(visit: Visit) -> bytes:
    """Answer with the same body under a new ETag each time."""
    return hostile.answer(rss(timedelta(days=30)), f'ETag: "{now().isoformat()}"')


def page(visit: Visit) -> bytes:
    told = "".join(
        f"<article><h2><a href='/{'closed' if 'berita--' in name else 'berita'}/{name}'>Kapal {name} tiba dengan muatan"
        f" {name} di pelabuhan</a></h2><time datetime='{at.isoformat()}'></time></article>"
        for name, at in items(8 * HOUR, most=6, old=4)
    )
    return hostile.answer(f"<html lang='id'><title>Kabar</title><main>{told}</main></html>".encode())


def article(visit: Visit) -> bytes:
    text = "<p>" + "Kapal itu tiba di pelabuhan dengan muatan beras dan gula untuk warga kota. " * 6 + "</p>"
    return hostile.answer(f"<html lang='id'><title>{visit.path}</title><article>{text * 3}</article></html>".encode())


RETRY_AT = START + timedelta(days=3, hours=5)
RULES = b"User-agent: *\nDisallow: /closed/\n"


def newsstand() -> dict[str, Host]:
    steady = feed(3 * HOUR)
    articles = {f"/{place}/berita-{number}": article for number in range(-6, 30) for place in ("berita", "closed")}
    return {
        "steady": Host({"/rss": steady}),
        "bare": Host({"/rss": feed(3 * HOUR, validators=False)}),
        "lying": Host({"/rss": lying}),
        "restless": Host({"/rss": restless}),
        "silent": Host({"/rss": feed(timedelta(days=300))}),
        "busy": Host({"/rss": feed(timedelta(minutes=10))}),
        "cached": Host({"/rss": feed(3 * HOUR, "Cache-Control: public, max-age=14400")}),
        "asking": Host({"/rss": feed(3 * HOUR, head="<ttl>300</ttl>")}),
        "asleep": Host(
            {"/rss": feed(HOUR, head=f"<skipHours>{''.join(f'<hour>{h}</hour>' for h in range(6))}</skipHours>")}
        ),
        "fixed": Host({"/rss": steady}),
        "limited": Host(
            {
                "/rss": between(
                    timedelta(days=1),
                    timedelta(days=1, hours=1),
                    failing("429 Too Many Requests", "Retry-After: 21600"),
                    between(
                        timedelta(days=3),
                        timedelta(days=3, hours=1),
                        failing("503 In repair", f"Retry-After: {format_datetime(RETRY_AT, usegmt=True)}"),
                        feed(HOUR),
                    ),
                ),
                "/other": feed(HOUR),
            }
        ),
        "refusing": Host({"/rss": until(timedelta(days=2), feed(HOUR), failing("403 Forbidden"))}),
        "broken": Host(
            {"/rss": between(timedelta(days=1), timedelta(days=2), failing("500 Oops"), steady)},
        ),
        "moved": Host(
            {
                "/rss": until(timedelta(days=1), steady, failing("301 Moved", "Location: /new")),
                "/new": steady,
            }
        ),
        "astray": Host(
            {
                "/rss": until(timedelta(days=1), steady, failing("302 Found", "Location: /elsewhere")),
                "/elsewhere": steady,
            }
        ),
        "gone": Host({"/rss": until(timedelta(days=3), steady, failing("410 Gone"))}),
        "page": Host({"/robots.txt": lambda visit: hostile.answer(RULES), "/": page} | articles),
        "closed": Host({"/robots.txt": lambda visit: hostile.answer(b"User-agent: *\nDisallow: /\n"), "/": page}),
        "unreachable": Host({"/robots.txt": failing("503 Busy"), "/": page}),
    }


def write_feeds(folder: Path, hosts: dict[str, Host]) -> Path:
    allowed = ", ".join(f"'127.0.0.1:{host.server.port}'" for host in hosts.values())
    lines = [
        f"fetch: {{allow: [{allowed}]}}",
        "publish: {settle: 0s}",
        "sections: [{id: dunia, title: Dunia}]",
        "sources:",
    ]
    for name, host in hosts.items():
        more = {"fixed": ", interval: 2h"}.get(name, "")
        is_page = "/" in host.answers
        more += ", kind: page" if is_page else ""
        url = host.server.url("/" if is_page else "/rss")
        lines.append(f"  - {{name: {name}, url: '{url}', section: dunia, outlet: {name}, language: id{more}}}")
    lines.append(f"  - {{name: limited too, url: '{hosts['limited'].server.url('/other')}', section: dunia}}")
    file = folder / "feeds.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@dataclass
class Week:
    hosts: dict[str, Host]
    titles: dict[str, list[str]]
    revised: dict[str, int]
    sources: dict[str, dict[str, object]]
    polls: int


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """Live through the week once."""
    folder = tmp_path_factory.mktemp("week")
    hosts = newsstand()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANYAM_AT", START.isoformat())
        servers = [outlets() for _ in hosts]
        opened = [server.__enter__() for server in servers]
        for host, server in zip(hosts.values(), opened, strict=True):
            host.open(server)
        try:
            yield _live(Settings(write_feeds(folder, hosts), f"sqlite:///{folder}/week.db"), hosts, patch)
        finally:
            for server in servers:
                server.__exit__(None, None, None)


def _live(settings: Settings, hosts: dict[str, Host], patch: pytest.MonkeyPatch) -> Week:
    polls, moment = 0, START
    with Bounded() as bounded:
        while moment < START + WEEK:
            site = open_site(settings)
            over = min(moment + RESTART, START + WEEK)
            try:
                count, moment = asyncio.run(_run(site, bounded, moment, over, patch))
                pipeline.make_stories_in_turn(site)
            finally:
                site.store.close()
            polls += count
        site = open_site(settings)
        with site.store.read() as connection:
            joined = entry.join(source, source.c.id == entry.c.source_id)
            stored = connection.execute(
                select(source.c.name, entry.c.title, entry.c.revision).select_from(joined)
            ).all()
        told = {str(row["name"]): row for row in reading.sources(site.store)}
        site.store.close()
    titles: dict[str, list[str]] = {name: [] for name in hosts}
    revised = dict.fromkeys(hosts, 0)
    for one in stored:
        titles.setdefault(one.name, []).append(one.title)
        revised[one.name] = revised.get(one.name, 0) + one.revision
    return Week(hosts, titles, revised, told, polls)


async def _run(
    site: Site, bounded: Bounded, moment: datetime, over: datetime, patch: pytest.MonkeyPatch
) -> tuple[int, datetime]:
    """Poll what is due, as one process does, until a time; gives how much that was, and the time."""
    polls = 0
    async with Client(fetch_rules(site.config)) as client:
        tools = Tools.of(site, client, bounded)
        while moment < over:
            patch.setenv("ANYAM_AT", moment.isoformat())
            with site.store.write() as connection:
                claimed = sources.claim(site.store, connection, specs=site.specs, now=moment, limit=100)
            await waits.learn(client, site.store)
            await asyncio.gather(*(poll(tools, claim) for claim in claimed))
            polls += len(claimed)
            moment = max(_due(site), moment + timedelta(minutes=1))
    return polls, moment


def _due(site: Site) -> datetime:
    with site.store.read() as connection:
        return sources.next_due(connection) or START + WEEK


FEEDS = (
    "steady",
    "lying",
    "restless",
    "silent",
    "busy",
    "cached",
    "asking",
    "asleep",
    "fixed",
    "limited",
    "broken",
    "gone",
)


def gaps(visits: list[Visit]) -> list[timedelta]:
    return [two.at - one.at for one, two in pairwise(visits)]


def test_the_figures(week: Week, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"a week: {week.polls} polls"]
    for name, host in week.hosts.items():
        visits = [visit for visit in host.visits if visit.path != "/robots.txt"]
        asked, robots = sum(visit.is_conditional for visit in visits), len(host.at("/robots.txt"))
        lines.append(f"{name:12} {len(visits):4} requests, {asked:4} conditional, {robots} for robots.txt")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert week.polls > 500


@pytest.mark.parametrize("name", FEEDS)
def test_only_the_first_request_is_unconditional(name: str, week: Week) -> None:
    first, *others = week.hosts[name].at("/rss")
    assert not first.is_conditional and len(others) >= 6
    unconditional = [visit for visit in others if not visit.is_conditional]
    assert unconditional == []


@pytest.mark.parametrize("name", [*FEEDS, "bare", "refusing", "moved", "astray"])
def test_no_source_is_visited_twice_within_the_shortest_interval(name: str, week: Week) -> None:
    assert min(gaps(week.hosts[name].at("/rss"))) >= LEAST


def test_nothing_is_lost_and_nothing_doubled(week: Week) -> None:
    last = int(WEEK / (3 * HOUR)) - 1
    for name in ("steady", "bare", "cached", "asking", "fixed", "broken", "moved", "astray"):
        titles = week.titles[name]
        assert len(titles) == len(set(titles)), name
        wanted = {f"Kapal berita-{number} tiba dengan muatan berita-{number}" for number in range(last - 2)}
        assert wanted <= set(titles), name


def test_a_lying_etag_loses_nothing_and_a_new_one_changes_nothing(week: Week) -> None:
    assert {f"Kapal berita-{n} tiba dengan muatan berita-{n}" for n in range(38)} <= set(week.titles["lying"])
    assert week.revised["restless"] == 0 and len(week.titles["restless"]) == len(set(week.titles["restless"]))


def test_waits_are_obeyed_by_the_whole_host_and_across_restarts(week: Week) -> None:
    visits = week.hosts["limited"].visits
    for asked, end in (("429", None), ("503", RETRY_AT)):
        begin = START + timedelta(days=1 if asked == "429" else 3)
        first = next(visit for visit in visits if visit.at >= begin and visit.path == "/rss")
        over = end or first.at + 6 * HOUR
        assert [visit for visit in visits if first.at < visit.at < over] == [], asked
        assert any(visit.at >= over for visit in visits), asked


def test_what_hosts_and_documents_ask_for_is_kept(week: Week) -> None:
    assert min(gaps(week.hosts["cached"].at("/rss"))) >= 4 * HOUR
    assert min(gaps(week.hosts["asking"].at("/rss"))) >= 5 * HOUR
    hours = {visit.at.hour for visit in week.hosts["asleep"].at("/rss")[1:]}
    assert hours.isdisjoint(range(6)) and len(hours) > 6
    assert all(2 * HOUR <= gap < 2 * HOUR + timedelta(minutes=2) for gap in gaps(week.hosts["fixed"].at("/rss")))


def test_the_pace_follows_the_source(week: Week) -> None:
    count = {name: len(week.hosts[name].at("/rss")) for name in ("busy", "steady", "silent")}
    assert count["busy"] > count["steady"] > count["silent"]
    assert count["silent"] <= 20
    assert max(gaps(week.hosts["busy"].at("/rss"))) < HOUR


def test_a_refusal_counts_as_too_fast_once_and_as_an_error_then(week: Week) -> None:
    visits = [visit for visit in week.hosts["refusing"].visits if visit.at >= START + timedelta(days=2)]
    assert gaps(visits)[0] >= 4 * HOUR
    assert 4 <= len(visits) <= 20
    assert "403" in str(week.sources["refusing"]["last_error"])


def test_failures_back_off_and_a_repaired_source_comes_back(week: Week) -> None:
    day = [v for v in week.hosts["broken"].at("/rss") if timedelta(days=1) <= v.at - START < timedelta(days=2)]
    assert len(day) < 10
    assert week.sources["broken"]["last_outcome"] in ("ok", "not_modified")


def test_a_moved_source_is_asked_at_its_new_address_and_a_lent_one_at_its_own(week: Week) -> None:
    moved, astray = week.hosts["moved"], week.hosts["astray"]
    assert max(visit.at for visit in moved.at("/rss")) < START + timedelta(days=3, hours=12)
    assert max(visit.at for visit in moved.at("/new")) > START + timedelta(days=6)
    assert all(visit.is_conditional for visit in moved.at("/new"))
    assert max(visit.at for visit in astray.at("/rss")) > START + timedelta(days=6)


def test_a_source_that_is_gone_is_asked_no_more(week: Week) -> None:
    last = max(visit.at for visit in week.hosts["gone"].visits)
    assert timedelta(days=3) <= last - START < timedelta(days=4)
    assert week.sources["gone"]["state"] == "gone"


def test_robots_txt_is_obeyed_and_asked_for_once_a_day(week: Week) -> None:
    host = week.hosts["page"]
    assert 6 <= len(host.at("/robots.txt")) <= 8
    assert not any(visit.path.startswith("/closed/") for visit in host.visits)
    read = [visit.path for visit in host.visits if visit.path.startswith("/berita/")]
    assert len(read) == len(set(read)) >= 18, "each article once"
    assert week.hosts["closed"].at("/") == [] and len(week.hosts["closed"].at("/robots.txt")) <= 8
    assert week.hosts["unreachable"].at("/") == []
    assert "robots.txt" in str(week.sources["closed"]["last_error"])
