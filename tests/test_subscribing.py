"""The whole circle with a hub of our own: announced, asked, verified, pinged, polled, renewed, denied, left."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile
import hubs
import pytest
from fetching import run
from hostile import answer, flood, redirect
from making import START, at
from sqlalchemy import update

from aggregator import clock
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.errors import FetchError, Gone, RefusedAddress
from aggregator.fetch.client import Client
from aggregator.fetch.rules import FetchRules
from aggregator.opening import open_site
from aggregator.polling import Visited, poll
from aggregator.schedule import Schedule
from aggregator.store import reading, sources
from aggregator.store.schema import subscription
from aggregator.subscribing import is_public, tend
from aggregator.tools import Tools, fetch_rules
from aggregator.values import Request
from web.app import create_app

NAMES = {"news.test": ["127.0.0.1"], "hub.test": ["127.0.0.1"], "inside.test": ["10.0.0.1"]}
TOPIC = "https://kabar.co.id/rss"
SITE = "https://anyam.co.id"
FEEDS = """
site: {{url: '{site}'}}
fetch: {{allow: ['127.0.0.1:{news}', '127.0.0.1:{hub}']}}
sections: [{{id: dunia, title: Dunia}}]
sources:
  - {{name: Kabar, url: 'http://news.test:{news}/rss', section: dunia, outlet: Kabar{more}}}
"""


def feed(hub: str | None, *titles: str, topic: str = TOPIC) -> bytes:
    items = "".join(f"<item><guid>{title}</guid><title>{title}</title></item>" for title in titles)
    links = f'<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="{topic}"/>' if hub else ""
    return answer(
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>K</title>{links}{items}'
        "</channel></rss>".encode(),
        "Content-Type: application/rss+xml",
    )


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    """Give child processes that all tests of this file share."""
    with Bounded() as children:
        yield children


@dataclass
class Ring:
    """A site with one Source, its outlet and its hub, at any minute."""

    tools: Tools
    news: hostile.Server
    hub: hubs.Hub
    names: str
    monkeypatch: pytest.MonkeyPatch

    def minute(self, minute: float) -> None:
        self.monkeypatch.setenv("ANYAM_AT", at(minute).isoformat())

    def print(self, *titles: str, hub: str | None = "", topic: str = TOPIC) -> None:
        self.news.replies["/rss"] = feed(self.hub.url if hub == "" else hub, *titles, topic=topic)

    async def poll(self) -> list[Visited]:
        """Poll what is due."""
        site = self.tools.site
        with site.store.write() as connection:
            due = sources.claim(site.store, connection, specs=site.specs, now=clock.now(), limit=9)
        return [await poll(self.tools, claimed) for claimed in due]

    async def tend(self) -> None:
        await tend(self.tools.site, self.tools.client)

    async def subscribe(self) -> None:
        """Poll the Source for the first time, and subscribe to its hub."""
        self.print("one")
        await self.poll()
        await self.tend()

    def source(self) -> dict[str, Any]:
        (shown,) = reading.sources(self.tools.site.store)
        return shown

    def state(self) -> str | None:
        shown = self.source()["hub"]
        return shown["state"] if shown else None


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(config_path=tmp_path / "feeds.yaml", database_url=database_url)


@asynccontextmanager
async def ring(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch, *, site_url: str = SITE, more: str = ""
) -> AsyncIterator[Ring]:
    monkeypatch.setenv("ANYAM_AT", START.isoformat())
    async with hostile.serve_names(NAMES) as names, hostile.serve() as news, hubs.hub() as hub:
        text = FEEDS.format(site=site_url, news=news.port, hub=hub.port, more=more)
        settings.config_path.write_text(text, encoding="utf-8")
        site = open_site(settings)
        try:
            hub.site = create_app(site.store, site.config).test_client()
            async with Client(fetch_rules(site.config), nameservers=(names,)) as client:
                yield Ring(Tools.of(site, client, bounded), news, hub, names, monkeypatch)
        finally:
            site.store.close()


def test_announced_asked_verified_pinged_polled_and_slowed(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            await site.subscribe()
            (form,) = site.hub.forms
            assert site.hub.targets == ["POST /hub"]
            assert form["hub.mode"] == "subscribe" and form["hub.topic"] == TOPIC
            assert form["hub.callback"].startswith(f"{SITE}/websub/callback/")
            assert site.hub.answers[0].data == b"ch4llenge"
            assert site.source()["hub"] == {
                "url": site.hub.url,
                "state": "verified",
                "lease_until": "2024-12-13T03:00:00Z",
                "pinged_at": None,
                "error": None,
            }
            assert site.source()["next_poll_reason"].startswith("its own pace")

            site.minute(5)
            assert await site.poll() == [], "its pace is slower"
            site.print("two", "one")
            assert site.hub.ping().status_code == 202
            assert await site.poll() == [] and len(site.news.visits) == 1, "the front end fetches nothing"
            await site.tend()
            assert site.source()["next_poll_reason"] == "its hub told us that something is new"
            (visited,) = await site.poll()
            assert (visited.outcome, visited.new) == ("ok", 1)
            shown = site.source()
            assert shown["next_poll_reason"] == "its hub tells us when something is new"
            assert shown["next_poll_at"] > reading.shown(at(20 * 60)), "polling slows"
            assert shown["entries"] == 2

            site.hub.ping(b"again")
            await site.tend()
            assert site.source()["next_poll_at"] == reading.shown(at(6)), "a minute between polls"

    run(main())


def test_a_hub_in_the_headers_goes_before_that_of_the_document(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            said = f'Link: <{site.hub.url}>; rel="hub", <https://kabar.co.id/self>; rel="self"\r\n'.encode()
            site.print("one", hub="http://10.0.0.1/hub")
            plain = site.news.replies["/rss"]
            assert isinstance(plain, bytes)
            site.news.replies["/rss"] = plain.replace(b"Content-Type", said + b"Content-Type", 1)
            await site.poll()
            await site.tend()
            assert site.hub.forms[0]["hub.topic"] == "https://kabar.co.id/self" and site.state() == "verified"

    run(main())


def test_a_lease_is_renewed_on_time_and_pings_without_news_do_not_slow(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            await site.subscribe()
            for minute in range(0, 3 * 1440, 60):
                site.minute(minute)
                await site.tend()
            assert [form["hub.mode"] for form in site.hub.forms] == ["subscribe"] * 5, "each 16 hours of 24"
            assert len({(form["hub.callback"], form["hub.secret"]) for form in site.hub.forms}) == 1
            assert site.state() == "verified"
            site.hub.ping()
            await site.tend()
            (visited,) = await site.poll()
            assert visited.outcome == "not_modified"
            assert site.source()["next_poll_reason"].startswith("its own pace")

    run(main())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("500 Oops", "answered 500"),
        ("404 Not Found", "answered 404"),
        ("410 Gone", "answered 410: it is no hub any more"),
        ("303 See Other", "answered 303"),
    ],
)
def test_a_hub_that_fails_is_asked_again_later_and_later(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch, status: str, words: str
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            site.hub.status = status
            await site.subscribe()
            assert words in site.source()["hub"]["error"] and site.state() == "asked"
            for minute in range(0, 100, 5):
                site.minute(minute)
                await site.tend()
            assert len(site.hub.forms) == 3, "at 0, 15 and 45 minutes"
            site.hub.status = "204 No Content"
            site.minute(105)
            await site.tend()
            assert (site.state(), site.source()["hub"]["error"]) == ("verified", None)

    run(main())


def test_a_hub_that_asks_to_wait_is_left_alone_for_so_long(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            site.hub.status, site.hub.headers = "503 Busy", ("Retry-After: 7200",)
            await site.subscribe()
            for minute in (15, 60, 119):
                site.minute(minute)
                async with Client(fetch_rules(site.tools.site.config), nameservers=(site.names,)) as restarted:
                    await tend(site.tools.site, restarted)
            assert len(site.hub.forms) == 1
            site.minute(121)
            await site.tend()
            assert len(site.hub.forms) == 2

    run(main())


def test_a_hub_on_a_private_address_is_never_asked(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            private = (
                "http://10.0.0.1/hub",
                "http://inside.test/hub",
                "http://169.254.169.254/",
                "http://127.0.0.1:1/",
            )
            for number, hub in enumerate(private):
                site.minute(600 * number)
                site.print("one", str(number), hub=hub)
                await site.poll()
                await site.tend()
                assert site.source()["hub"]["url"] == hub
                assert "is refused" in site.source()["hub"]["error"]
            assert site.hub.forms == []

    run(main())


def test_a_source_outside_cannot_send_us_to_a_hub_that_only_fetch_allow_opens(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            site.print("one")
            await site.poll()
            with site.tools.site.store.write() as connection:
                connection.execute(update(subscription).values(inside=False))
            await site.tend()
            assert site.hub.forms == [] and "is refused" in site.source()["hub"]["error"]

    run(main())


def test_a_hub_that_denies_is_asked_again_after_a_week(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            site.hub.verifies = False
            await site.subscribe()
            assert site.hub.callback(mode="denied", reason="not you").status_code == 204
            assert site.source()["hub"]["error"] == "the hub refuses: not you"
            assert site.hub.verify().status_code == 404
            for hour in range(24 * 7):
                site.minute(hour * 60)
                await site.tend()
            assert len(site.hub.forms) == 1 and site.state() == "denied"
            site.minute(24 * 7 * 60)
            await site.tend()
            assert len(site.hub.forms) == 2

    run(main())


def test_a_wrong_signature_and_a_replayed_challenge_change_nothing(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            await site.subscribe()
            before = site.source()
            site.minute(5)
            assert site.hub.ping(secret="guessed").status_code == 202
            assert site.hub.verify().status_code == 404
            await site.tend()
            assert site.source() == before

    run(main())


def test_a_hub_that_is_announced_no_more_is_told_so(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            await site.subscribe()
            site.minute(600)
            site.print("one", "two", hub=None)
            await site.poll()
            await site.tend()
            assert [form["hub.mode"] for form in site.hub.forms] == ["subscribe", "unsubscribe"]
            assert site.hub.forms[1]["hub.callback"] == site.hub.forms[0]["hub.callback"]
            assert site.hub.answers[1].data == b"ch4llenge"
            assert site.state() is None and site.hub.ping().status_code == 410

    run(main())


def test_a_source_that_is_paused_is_unsubscribed_and_subscribed_again_when_it_goes_on(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            await site.subscribe()
            text = settings.config_path.read_text(encoding="utf-8")
            for minute, now in ((1, text.replace("outlet: Kabar", "outlet: Kabar, paused: true")), (2, text)):
                settings.config_path.write_text(now, encoding="utf-8")
                again = open_site(settings)
                site.tools = Tools.of(again, site.tools.client, bounded)
                site.minute(600 * minute)
                await site.poll()
                await site.tend()
                again.store.close()
            assert [form["hub.mode"] for form in site.hub.forms] == ["subscribe", "unsubscribe", "subscribe"]

    run(main())


def test_a_site_that_no_hub_can_reach_asks_none(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch, site_url="http://127.0.0.1:8000") as site:
            await site.subscribe()
            assert site.hub.forms == [] and site.state() == "announced"

    run(main())


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://anyam.co.id", True),
        ("http://berita.example.org:8080/anyam", True),
        ("https://новости.рф", True),
        ("http://93.184.215.14", True),
        ("http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://anyam.localhost", False),
        ("http://anyam.test", False),
        ("http://anyam.local.", False),
        ("http://anyam.internal", False),
        ("http://anyam.home.arpa", False),
        ("http://anyam", False),
        ("http://10.1.2.3", False),
        ("http://192.168.0.1", False),
        ("http://0x7f.1", False),
        ("http://[::1]", False),
        ("http://[fd00::1]", False),
    ],
)
def test_a_public_address_is_one_that_a_hub_can_reach(url: str, told: bool) -> None:
    assert is_public(url) is told


def test_the_schedule_tends_hubs_by_itself(
    settings: Settings, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with ring(settings, bounded, monkeypatch) as site:
            asked = asyncio.Event()
            loop = asyncio.get_running_loop()
            verify = site.hub.verify

            def verified() -> Any:
                loop.call_soon_threadsafe(asked.set)
                return verify()

            monkeypatch.setattr(site.hub, "verify", verified)
            site.print("one", hub=site.hub.url.replace("hub.test", "127.0.0.1"))
            text = settings.config_path.read_text(encoding="utf-8").replace("news.test", "127.0.0.1")
            settings.config_path.write_text(text, encoding="utf-8")
            monkeypatch.setattr("aggregator.schedule.TENDING", 0.1)
            opened = await asyncio.to_thread(open_site, settings)
            schedule = Schedule(opened)
            await asyncio.to_thread(schedule.start)
            try:
                await asyncio.wait_for(asked.wait(), 30)
            finally:
                await asyncio.to_thread(schedule.stop)
                opened.store.close()
            assert site.hub.forms[0]["hub.topic"] == TOPIC

    run(main())


# --- the request itself


async def post(server: hostile.Server, path: str = "/", *, inside: bool = True) -> int:
    rules = FetchRules(allow=frozenset({("127.0.0.1", server.port)}), user_agent="Anyam/0.1")
    async with hostile.serve_names(NAMES) as names, Client(rules, deadline=5.0, nameservers=(names,)) as client:
        return await client.post(Request(server.url(path, "hub.test"), inside=inside), {"a": "b&c"})


def test_a_form_is_sent_as_such_and_again_where_307_and_308_lead() -> None:
    async def main() -> None:
        async with hostile.serve() as server:
            server.replies |= {
                "/": redirect(307, "/second"),
                "/second": redirect(308, "/third"),
                "/third": answer(b"thank you", status="202 Accepted"),
            }
            assert await post(server) == 202
            assert server.paths == ["/", "/second", "/third"]
            for visit in server.visits:
                assert visit.header("content-type") == "application/x-www-form-urlencoded"
                assert visit.header("content-length") == "7"
                assert visit.header("user-agent") == "Anyam/0.1"

    run(main())


@pytest.mark.parametrize("status", [301, 302, 303])
def test_other_redirects_of_a_form_are_not_followed(status: int) -> None:
    async def main() -> None:
        async with hostile.serve({"/": redirect(status, "/second")}) as server:
            with pytest.raises(FetchError, match=f"answered {status}"):
                await post(server)
            assert server.paths == ["/"]

    run(main())


def test_a_form_passes_the_guard_at_each_hop() -> None:
    async def main() -> None:
        async with hostile.serve({"/": redirect(307, "http://inside.test/x")}) as server:
            with pytest.raises(RefusedAddress):
                await post(server)
            with pytest.raises(RefusedAddress):
                await post(server, inside=False)
            assert server.paths == ["/"]

    run(main())


def test_of_the_answer_to_a_form_nothing_is_read() -> None:
    async def main() -> None:
        head = b"HTTP/1.1 202 Accepted\r\nContent-Length: 99999999999\r\n\r\n"
        async with hostile.serve({"/": flood(head, b"x" * 65536), "/gone": answer(status="410 Gone")}) as server:
            assert await post(server) == 202
            with pytest.raises(Gone):
                await post(server, "/gone")

    run(main())
