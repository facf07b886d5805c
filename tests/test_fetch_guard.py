import asyncio
import socket
import time
from collections.abc import Callable

import hostile
import pytest
from fetching import NAMES, fetch, rules, run
from hostile import Server, answer, redirect

from aggregator.errors import FetchError, RefusedAddress, Unreached
from aggregator.fetch import guard
from aggregator.fetch.client import Client
from aggregator.fetch.dial import Dialler, RefusedDial, Way
from aggregator.values import Request


async def refuse(server: Server, url: str) -> str:
    with pytest.raises(RefusedAddress) as caught:
        await fetch(server, url)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.2",
        "[::1]",
        "[::ffff:127.0.0.2]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "0.0.0.0",
        "0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1%25lo]",
        "metadata.test",
        "inside.test",
    ],
)
def test_private_addresses_are_refused_at_the_first_hop_and_at_every_later_one(host: str) -> None:
    async def main() -> None:
        async with hostile.serve() as server:
            await refuse(server, server.url("/secret", host))
            for status in (301, 302, 303, 307, 308):
                server.replies["/a"] = redirect(status, server.url("/secret", host))
                await refuse(server, server.url("/a"))
            assert server.paths == ["/a"] * 5

    run(main())


def test_an_allowed_address_is_allowed_at_its_own_port_only() -> None:
    async def main() -> None:
        async with hostile.serve({"/a": answer(b"a")}) as server, hostile.serve({"/secret": answer(b"s")}) as other:
            assert (await fetch(server, server.url("/a"))).body == b"a"
            assert f"127.0.0.1:{other.port} is a loopback" in await refuse(server, other.url("/secret", "news.test"))
            for host in ("127.0.0.1", "news.test", "localhost"):
                await refuse(server, other.url("/secret", host))
                server.replies["/to"] = redirect(301, other.url("/secret", host))
                await refuse(server, server.url("/to"))
            assert other.visits == []

    run(main())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::ffff:127.0.0.1]", "news.test", "mixed.test", "mapped.test", "localhost"]
)
def test_an_allowed_address_is_judged_by_what_is_connected(host: str) -> None:
    async def main() -> None:
        async with hostile.serve({"/feed": answer(b"<rss/>")}) as server:
            assert (await fetch(server, server.url("/feed", host))).body == b"<rss/>"

    run(main())


def test_the_socket_checks_again_what_is_really_dialled() -> None:
    async def main() -> None:
        dialler = Dialler(by_proxy=False)
        dialler.take(Way(frozenset({("127.0.0.1", 8701)})))
        try:
            dialler.open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 8701))).close()
            dialler.open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 80))).close()
            for family, address in (
                (socket.AF_INET, ("127.0.0.1", 8702)),
                (socket.AF_INET, ("127.0.0.2", 8701)),
                (socket.AF_INET6, ("::1", 8701, 0, 0)),
                (socket.AF_INET6, ("fe80::1", 80, 0, 2)),
            ):
                with pytest.raises(RefusedDial):
                    dialler.open_socket((family, socket.SOCK_STREAM, 0, "", address))
        finally:
            await dialler.close()

    run(main())


def test_with_a_proxy_nothing_but_the_proxy_is_dialled() -> None:
    async def main() -> None:
        dialler = Dialler(by_proxy=True)
        dialler.take(Way(frozenset({("127.0.0.1", 8701)})))
        try:
            dialler.trust_proxy("127.0.0.1", 3128)
            dialler.open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 3128))).close()
            for address in (("127.0.0.1", 8701), ("1.1.1.1", 80)):
                with pytest.raises(RefusedDial):
                    dialler.open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", address))
        finally:
            await dialler.close()

    run(main())


def test_a_name_that_does_not_exist_or_never_answers_is_said_so_in_time() -> None:
    async def main() -> None:
        async with (
            hostile.serve() as server,
            hostile.serve_names(NAMES) as names,
            Client(rules(server), deadline=0.8, nameservers=(names,)) as client,
        ):
            with pytest.raises(FetchError, match=r"^http://nowhere\.test/: the name was not found"):
                await client.get(Request("http://nowhere.test/"))
            start = time.monotonic()
            urls = ("http://silent.test/", "https://mute.test/", server.url("/", "dumb.test"))
            silent = [client.get(Request(url)) for url in urls]
            quick = client.get(Request(server.url("/", "news.test")))
            *failures, other = await asyncio.gather(*silent, quick, return_exceptions=True)
            assert 0.8 <= time.monotonic() - start < 5
            assert all("0.8 s" in str(failure) for failure in failures)
            assert getattr(other, "status", None) == 404

    run(main())


def test_what_a_foreign_page_names_leads_to_no_allowed_address() -> None:
    async def main() -> None:
        async with hostile.serve({"/admin": answer(b"secret")}) as server:
            with pytest.raises(RefusedAddress):
                await fetch(server, Request(server.url("/admin"), inside=False))
            with pytest.raises(RefusedAddress):
                await fetch(server, Request(server.url("/admin", "news.test"), inside=False))
            assert server.paths == []

    run(main())


def test_a_redirect_from_outside_leads_to_no_allowed_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public address cannot be dialled in a test: the first server plays one that `fetch.allow` does not name."""

    async def main() -> None:
        async with (
            hostile.serve({"/admin": answer(b"secret")}) as inner,
            hostile.serve({"/feed": redirect(302, inner.url("/admin"))}) as outer,
        ):
            monkeypatch.setattr("aggregator.fetch.dial.refusal", _all_but(outer.port))
            monkeypatch.setattr("aggregator.fetch.guard.refusal", _all_but(outer.port))
            with pytest.raises(RefusedAddress):
                await fetch(inner, outer.url("/feed"))
            assert (outer.paths, inner.paths) == (["/feed"], [])

    run(main())


def _all_but(port: int) -> Callable[..., str | None]:
    judged = guard.refusal

    def refusal(address: str, *, port: int, allow: frozenset[tuple[str, int]], public: int = port) -> str | None:
        return None if port == public else judged(address, port=port, allow=allow)

    return refusal


def test_a_redirect_between_allowed_addresses_is_followed() -> None:
    async def main() -> None:
        async with (
            hostile.serve({"/feed": answer(b"<rss/>")}) as there,
            hostile.serve({"/feed": redirect(301, there.url("/feed"))}) as here,
            Client(rules(here, there)) as client,
        ):
            document = await client.get(Request(here.url("/feed")))
        assert (document.body, document.inside, document.moved_to) == (b"<rss/>", True, there.url("/feed"))

    run(main())


class _Rebinding(dict[str, list[str]]):
    """Names that stand for another address each time somebody asks: both families are asked for each time."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers, self.asked = answers, 0

    def get(self, name: str, default: list[str] | None = None) -> list[str] | None:  # type: ignore[override]
        self.asked += 1
        return [self.answers[min((self.asked - 1) // 2, len(self.answers) - 1)]]


@pytest.mark.parametrize("inner", ["127.0.0.2", "10.0.0.1", "169.254.169.254"])
def test_a_name_that_rebinds_is_judged_by_what_is_dialled(inner: str) -> None:
    async def main() -> None:
        async with hostile.serve({"/feed": answer(b"<rss/>")}) as server:
            # Judged first for its turn, as an allowed address; then asked for again, to be dialled.
            names = _Rebinding("127.0.0.1", inner)
            async with (
                hostile.serve_names(names) as at,
                Client(rules(server), deadline=5.0, nameservers=(at,)) as client,
            ):
                with pytest.raises(RefusedAddress):
                    await client.get(Request(server.url("/feed", "rebind.test")))
            assert names.asked > 2, "it was asked for twice"
            assert server.paths == []

    run(main())


# --- turns, and the proxy


def test_an_allowed_address_has_no_gap_and_is_asked_side_by_side() -> None:
    async def main() -> None:
        async with (
            hostile.serve({"/feed": hostile.late(0.1, answer(b"x"))}) as server,
            hostile.serve_names(NAMES) as names,
        ):
            async with Client(rules(server, gap=60.0), nameservers=(names,)) as client:
                hosts = ["127.0.0.1", "news.test"] * 3
                await asyncio.gather(*(client.get(Request(server.url("/feed", host))) for host in hosts))
            assert server.most_at_once == 6

    run(main())


def test_a_proxy_is_asked_for_hosts_in_turn_and_never_for_private_ones() -> None:
    async def main() -> None:
        async with hostile.serve() as proxy, hostile.serve_names({**NAMES, "proxy.test": ["127.0.0.1"]}) as names:
            for host in ("one.test", "two.test"):
                proxy.replies[f"http://{host}/feed"] = answer(host.encode())
            nobody = rules(gap=0.15, proxy=proxy.url("", "proxy.test"))
            async with Client(nobody, deadline=5.0, nameservers=(names,)) as client:
                hosts = ["one.test", "one.test", "two.test", "two.test"]
                got = await asyncio.gather(*(client.get(Request(f"http://{host}/feed")) for host in hosts))
                assert [document.body.decode() for document in got] == hosts
                for url in (proxy.url("/"), proxy.url("/", "proxy.test"), "http://inside.test/", "http://10.0.0.1/"):
                    with pytest.raises(RefusedAddress):
                        await client.get(Request(url))
            assert len(proxy.visits) == 4
            for host in ("one.test", "two.test"):
                first, second = (visit.at for visit in proxy.visits if host in visit.path)
                assert second - first >= 0.15
            assert proxy.visits[0].path != proxy.visits[1].path

    run(main())


def test_a_redirect_takes_its_turn_too() -> None:
    async def main() -> None:
        async with hostile.serve() as proxy, hostile.serve_names(NAMES) as names:
            proxy.replies["http://one.test/a"] = redirect(301, "/b")
            proxy.replies["http://one.test/b"] = answer(b"b")
            # The deadline is shorter than the gap: waiting for a turn is not counted.
            async with Client(rules(gap=0.5, proxy=proxy.url("")), deadline=0.4, nameservers=(names,)) as client:
                assert (await client.get(Request("http://one.test/a"))).moved_to == "http://one.test/b"
            first, second = proxy.visits
            assert second.at - first.at >= 0.5

    run(main())


def test_a_proxy_that_is_down_or_refuses_is_said_so() -> None:
    async def main() -> None:
        async with hostile.serve_names(NAMES) as names, hostile.serve() as proxy:
            proxy.replies["two.test:443"] = answer(status="403 Forbidden")
            for address, url, words in (
                ("http://127.0.0.1:1", "http://one.test/", "proxy could not be reached"),
                ("http://nowhere.test:1", "http://one.test/", "the proxy's name nowhere.test was not found"),
                (proxy.url(""), "https://two.test/", "the proxy refuses"),
            ):
                async with Client(rules(proxy=address), deadline=5.0, nameservers=(names,)) as client:
                    with pytest.raises(FetchError, match=words):
                        await client.get(Request(url))

    run(main())


def test_a_name_that_is_not_found_here_is_said_so_behind_a_proxy() -> None:
    async def main() -> None:
        async with hostile.serve_names(NAMES) as names, hostile.serve() as proxy:
            async with Client(rules(proxy=proxy.url("")), deadline=5.0, nameservers=(names,)) as client:
                with pytest.raises(Unreached, match="was not found on this machine"):
                    await client.get(Request("http://nowhere.test/"))
            assert proxy.visits == []

    run(main())


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with hostile.serve() as proxy, hostile.serve({"/feed": answer(b"direct")}) as server:
            monkeypatch.setenv("http_proxy", proxy.url(""))
            monkeypatch.setenv("HTTP_PROXY", proxy.url(""))
            assert (await fetch(server, server.url("/feed"))).body == b"direct"
            assert proxy.visits == []

    run(main())
