import hostile
import pytest
from fetching import NAMES, fetch, rules, run
from hostile import answer, redirect

from aggregator.errors import FetchError, Gone, RefusedAddress
from aggregator.fetch.client import Client
from aggregator.values import Request


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301,), True),
        ((308,), True),
        ((301, 308, 301), True),
        ((301,) * 5, True),
        ((302,), False),
        ((303,), False),
        ((307,), False),
        ((301, 302), False),
        ((302, 301), False),
        ((308, 303, 301), False),
    ],
)
def test_only_an_unbroken_chain_of_permanent_redirects_moves_a_source(statuses: tuple[int, ...], moved: bool) -> None:
    async def main() -> None:
        async with hostile.serve({"/end": answer(b"<rss/>")}) as server:
            steps = [f"/{n}" for n in range(len(statuses))] + ["/end"]
            for step, status, following in zip(steps, statuses, steps[1:], strict=False):
                server.replies[step] = redirect(status, following)
            document = await fetch(server, server.url("/0"))
            assert document.url == server.url("/end")
            assert document.moved_to == (server.url("/end") if moved else None)
            assert server.paths == steps

    run(main())


def test_a_moved_source_that_has_not_changed_is_moved_all_the_same() -> None:
    async def main() -> None:
        not_modified = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        async with hostile.serve({"/a": redirect(301, "/b"), "/b": not_modified}) as server:
            document = await fetch(server, Request(server.url("/a"), etag='"x"'))
            assert (document.status, document.moved_to) == (304, server.url("/b"))
            assert [visit.header("if-none-match") for visit in server.visits] == ['"x"', '"x"']

    run(main())


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("b?c=d#e", "/a/b?c=d"),
        ("../b", "/b"),
        ("?q", "/a/?q"),
        (" /b ", "/b"),
        ("/%7e%2F", "/%7e%2F"),
        ("/ф б", "/%D1%84%20%D0%B1"),
        ("/\\evil.test/", "/%5Cevil.test/"),
    ],
)
def test_relative_and_odd_locations_lead_where_they_say(location: str, asked: str) -> None:
    async def main() -> None:
        async with hostile.serve({"/a/": redirect(302, location), asked: answer(b"here")}) as server:
            assert (await fetch(server, server.url("/a/"))).body == b"here"
            assert server.paths == ["/a/", asked]

    run(main())


def test_raw_bytes_of_a_location_come_back_unchanged() -> None:
    async def main() -> None:
        moved = b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: /caf\xe9\r\n\r\n"
        async with hostile.serve({"/a": moved, "/caf%E9": answer(b"here")}) as server:
            assert (await fetch(server, server.url("/a"))).body == b"here"

    run(main())


@pytest.mark.parametrize(
    "location",
    [
        "",
        "ftp://news.test/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://u:p@news.test/",
        "http://",
        "http://[",
        "/a",
    ],
)
def test_redirects_that_lead_nowhere_are_errors(location: str) -> None:
    async def main() -> None:
        async with hostile.serve({"/a": redirect(301, location)}) as server:
            with pytest.raises(FetchError, match=r"^http://127\.0\.0\.1:\d+/a[: ]") as caught:
                await fetch(server, server.url("/a"))
            assert len(str(caught.value).splitlines()) == 1
            assert server.paths == ["/a"]

    run(main())


def test_an_error_names_the_address_without_its_query_and_where_it_came_from() -> None:
    async def main() -> None:
        async with hostile.serve(
            {"/a": redirect(302, "/b?key=secret"), "/b?key=secret": answer(status="404 No")}
        ) as one:
            with pytest.raises(FetchError) as caught:
                await fetch(one, one.url("/a"))
            asked = f"{one.url('/b')}?... (where {one.url('/a')} leads)"
            assert str(caught.value).startswith(f"{asked} answered 404: there is nothing at this address")
            one.replies["/c"] = redirect(302, "http://10.0.0.1/")
            with pytest.raises(RefusedAddress, match=r"^http://10\.0\.0\.1/ \(where .*/c leads\) is refused: 10\.0"):
                await fetch(one, one.url("/c"))

    run(main())


def test_a_redirect_without_location_is_an_error() -> None:
    async def main() -> None:
        async with hostile.serve({"/a": answer(status="302 Found")}) as server:
            with pytest.raises(FetchError, match="names no new address"):
                await fetch(server, server.url("/a"))

    run(main())


def test_circles_end_and_six_redirects_are_too_many() -> None:
    async def main() -> None:
        async with hostile.serve({"/a": redirect(301, "/b"), "/b": redirect(302, "/a")}) as server:
            with pytest.raises(FetchError, match="circle"):
                await fetch(server, server.url("/a"))
            assert server.paths == ["/a", "/b"]
            server.replies = {f"/{n}": redirect(301, f"/{n + 1}") for n in range(9)}
            with pytest.raises(FetchError, match="more than 5"):
                await fetch(server, server.url("/0"))
            assert server.paths[2:] == [f"/{n}" for n in range(6)]

    run(main())


def test_410_behind_a_temporary_redirect_ends_no_source() -> None:
    async def main() -> None:
        gone = answer(status="410 Gone")
        async with hostile.serve({"/a": redirect(301, "/gone"), "/b": redirect(302, "/gone"), "/gone": gone}) as server:
            with pytest.raises(Gone):
                await fetch(server, server.url("/a"))
            with pytest.raises(FetchError) as caught:
                await fetch(server, server.url("/b"))
            assert not isinstance(caught.value, Gone)

    run(main())


def test_credentials_go_to_the_first_host_only_and_do_not_come_back() -> None:
    async def main() -> None:
        async with hostile.serve({"/end": answer()}) as server, hostile.serve() as other:
            server.replies |= {
                "/here": redirect(302, "/end"),
                "/name": redirect(302, server.url("/end", "news.test")),
                "/port": redirect(302, other.url("/back")),
            }
            other.replies["/back"] = redirect(302, server.url("/end"))
            async with (
                hostile.serve_names(NAMES) as names,
                Client(rules(server, other), nameservers=(names,)) as client,
            ):
                for path in ("/here", "/name", "/port"):
                    own = (("X-Key", "k"), ("Cookie", "c=1"))
                    await client.get(Request(server.url(path), etag='"e"', headers=own, user="u", password="p"))
            sent = [
                (visit.path, bool(visit.header("authorization")), visit.header("x-key"), visit.header("cookie"))
                for visit in (*server.visits, *other.visits)
            ]
            given = [str((path, True, "k", "c=1")) for path in ("/here", "/end", "/name", "/port")]
            withheld = [str((path, False, None, None)) for path in ("/end", "/end", "/back")]
            assert sorted(map(str, sent)) == sorted(given + withheld)

    run(main())
