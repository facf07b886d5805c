import asyncio
import gzip
import shutil
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import brotli
import hostile
import pytest
from fetching import AGENT, rules, run
from hostile import Reply, Server, answer, redirect

from aggregator.errors import FetchError, Gone
from aggregator.fetch.client import Client
from aggregator.fetch.decode import MAX_BYTES, zstd
from aggregator.values import Document, Request


async def fetch(server: Server, request: Request | str, deadline: float = 10.0) -> Document:
    request = Request(server.url(request)) if isinstance(request, str) else request
    async with Client(rules(server), deadline=deadline) as client:
        return await client.get(request)


async def failure(server: Server, request: Request | str, deadline: float = 10.0) -> FetchError:
    """Fetch what fails, and give the error, which is one line that names the host."""
    with pytest.raises(FetchError) as caught:
        await fetch(server, request, deadline)
    assert "127.0.0.1" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def failing(reply: Reply, deadline: float = 10.0) -> FetchError:
    async def main() -> FetchError:
        async with hostile.serve({"/feed": reply}) as server:
            error = await failure(server, "/feed", deadline)
            assert server.paths == ["/feed"], "a failed request is not asked again"
            return error

    return run(main())


def fetched(reply: Reply) -> Document:
    async def main() -> Document:
        async with hostile.serve({"/feed": reply}) as server:
            return await fetch(server, "/feed")

    return run(main())


# --- what is asked and what comes back


def test_a_document_comes_back_with_its_headers() -> None:
    document = fetched(answer(b"<rss/>", 'ETag: W/"a"', "Content-Type: application/rss+xml", "LINK: <a>", "Link: <b>"))
    assert (document.status, document.body, document.moved_to) == (200, b"<rss/>", None)
    assert document.url.endswith("/feed")
    assert document.headers["etag"] == 'W/"a"'
    assert document.headers["content-type"] == "application/rss+xml"
    assert document.headers["link"] == "<a>, <b>"


def test_a_request_says_who_we_are_and_nothing_of_where_we_come_from() -> None:
    async def main() -> None:
        cookie = "Set-Cookie: id=1; Path=/"
        replies: dict[str, Reply] = {"/feed": answer(b"", cookie), "/a": redirect(302, "/feed")}
        replies["/a"] = replies["/a"].replace(b"\r\n\r\n", f"\r\n{cookie}\r\n\r\n".encode())  # type: ignore[union-attr]
        async with hostile.serve(replies) as server, Client(rules(server)) as client:
            await client.get(Request(server.url("/a")))
            await client.get(Request(server.url("/feed")))
        assert server.paths == ["/a", "/feed", "/feed"]
        for visit in server.visits:
            assert visit.header("user-agent") == AGENT
            assert (visit.header("accept") or "").startswith("application/atom+xml")
            assert "text/html;q=0.8" in (visit.header("accept") or "")
            assert visit.header("accept-encoding") == "gzip, deflate, br, zstd"
            for name in ("cookie", "referer", "authorization", "if-none-match", "if-modified-since"):
                assert visit.header(name) is None

    run(main())


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"', "unquoted", '"a", "b"', '"ф"', '"a\\"', "*"])
def test_validators_come_back_byte_for_byte(etag: str) -> None:
    async def main() -> None:
        modified = "thu, 12 Dec 2024 12:00:00 +0000 (odd)"
        async with hostile.serve({"/feed": answer(b"x", f"ETag: {etag}", f"Last-Modified: {modified}")}) as server:
            first = await fetch(server, "/feed")
            server.replies["/feed"] = b"HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\n\r\n"
            again = Request(server.url("/feed"), first.headers["etag"], first.headers["last-modified"])
            document = await fetch(server, again)
        assert (document.status, document.body) == (304, b"")
        assert document.headers["cache-control"] == "max-age=60"
        assert server.visits[1].header("if-none-match") == etag
        assert server.visits[1].header("if-modified-since") == modified

    run(main())


@pytest.mark.parametrize("etag", ['"a\x01b"', '"a\x7fb"', '"' + "a" * 2000 + '"'])
def test_a_validator_that_cannot_be_sent_back_keeps_no_later_visit_away(etag: str) -> None:
    async def main() -> None:
        async with hostile.serve({"/feed": answer(b"x", f"ETag: {etag}")}) as server:
            first = await fetch(server, "/feed")
            again = await fetch(server, Request(server.url("/feed"), first.headers.get("etag")))
        assert again.status == 200
        assert [visit.header("if-none-match") for visit in server.visits] == [None, None]

    run(main())


def test_304_without_validators_is_an_error() -> None:
    assert failing(b"HTTP/1.1 304 Not Modified\r\n\r\n").status == 304


def test_a_source_may_set_headers_but_not_those_that_hold_the_exchange_together() -> None:
    async def main() -> None:
        own = (
            ("accept", "text/html"),
            ("X-Key", "k"),
            ("Host", "evil"),
            ("Accept-Encoding", "compress"),
            ("Range", "bytes=1-"),
        )
        async with hostile.serve({"/feed": answer()}) as server:
            await fetch(server, Request(server.url("/feed"), headers=own, user="ü", password="p:w"))
            visit = server.visits[0]
            assert visit.header("host") == f"127.0.0.1:{server.port}"
        assert visit.header("accept") == "text/html"
        assert visit.header("x-key") == "k"
        assert visit.header("accept-encoding") == "gzip, deflate, br, zstd"
        assert visit.header("range") is None
        assert visit.header("authorization") == "Basic w7w6cDp3"

    run(main())


@pytest.mark.parametrize(
    "request_",
    [
        Request("", headers=(("X-A", "1\r\nX-B: 2"),)),
        Request("", headers=(("X A\n", "1"),)),
        Request("", etag='"a"\r\nX-B: 2'),
        Request("", user="a:b", password="c"),
        Request("", user="\ud800"),
    ],
)
def test_broken_headers_of_a_source_never_leave(request_: Request) -> None:
    async def main() -> None:
        async with hostile.serve({"/": answer()}) as server:
            values = {name: getattr(request_, name) for name in ("etag", "headers", "user", "password")}
            with pytest.raises(FetchError):
                await fetch(server, Request(server.url("/"), **values))
            assert server.visits == []

    run(main())


# --- answers that bring no document


@pytest.mark.parametrize("status", [201, 204, 206, 300, 305, 400, 401, 403, 404, 418, 451, 500, 502, 599])
def test_other_answers_are_errors_with_their_status(status: int) -> None:
    error = failing(answer(status=f"{status} \x1b[31mevil"))
    assert error.status == status
    assert "evil" not in str(error)
    assert error.retry_after is None


def test_410_ends_a_source() -> None:
    assert isinstance(failing(answer(status="410 Gone")), Gone)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "lines",
    [("Retry-After: 90",), ("Date: Thu, 12 Dec 2024 12:00:00 GMT", "Retry-After: Thu, 12 Dec 2024 12:01:30 GMT")],
)
def test_a_host_that_asks_us_to_wait_says_how_long(status: int, lines: tuple[str, ...]) -> None:
    error = failing(answer(b"", *lines, status=f"{status} Slow Down"))
    assert (error.status, error.retry_after) == (status, 90.0)


BROKEN: list[tuple[str, Reply]] = [
    ("hangs up", hostile.hang_up),
    ("resets", hostile.reset),
    ("no http", b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    ("bad status", b"HTTP/1.1 abc OK\r\n\r\n"),
    ("bad length", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"),
    ("two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello"),
    ("short body", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
    ("bad chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld\r\n0\r\n\r\n"),
    ("short chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello"),
    ("no last chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    ("no colon", b"HTTP/1.1 200 OK\r\nwhat is this\r\n\r\nhello"),
    ("nul in header", b"HTTP/1.1 200 OK\r\nX-A: a\x00b\r\nContent-Length: 0\r\n\r\n"),
    ("many headers", b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 20_000 + b"\r\n"),
    ("long header", b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 2_000_000 + b"\r\n\r\n"),
    ("endless headers", hostile.flood(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n" * 1000)),
    ("endless header", hostile.flood(b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 65_536)),
    ("short gzip", answer(gzip.compress(b"hello" * 99)[:-9], "Content-Encoding: gzip")),
    ("broken deflate", answer(b"\x78\x9c" + b"\xff" * 20, "Content-Encoding: deflate")),
    ("short brotli", answer(brotli.compress(b"hello" * 99)[:-9], "Content-Encoding: br")),
    ("brotli of plain text", answer(b"<rss>hello</rss>", "Content-Encoding: br")),
    ("short zstd", answer(b"\x28\xb5\x2f\xfd", "Content-Encoding: zstd")),
    ("zstd of plain text", answer(b"<rss>hello</rss>", "Content-Encoding: zstd")),
    ("packed twice", answer(gzip.compress(brotli.compress(b"hello")), "Content-Encoding: br, gzip")),
    ("packed twice in two lines", answer(b"hello", "Content-Encoding: zstd", "Content-Encoding: br")),
    ("unasked coding", answer(b"hello", "Content-Encoding: compress")),
]


@pytest.mark.parametrize("reply", [pytest.param(reply, id=name) for name, reply in BROKEN])
def test_a_broken_answer_is_one_plain_line_and_is_not_asked_for_again(reply: Reply) -> None:
    failing(reply)


def test_a_large_header_of_a_sound_host_is_taken() -> None:
    policy = "default-src " + " ".join(f"https://cdn{n}.example" for n in range(900))
    assert len(policy) > 20_000
    assert fetched(answer(b"<rss/>", f"Content-Security-Policy: {policy}")).body == b"<rss/>"


# --- bounds


def test_packed_bodies_are_unpacked() -> None:
    bare = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": [gzip.compress(b"news")],
        "deflate": [zlib.compress(b"news"), bare.compress(b"news") + bare.flush()],
        "br": [brotli.compress(b"news")],
        "zstd": [zstd.compress(b"news"), zstd.compress(b"ne") + zstd.compress(b"ws")],
    }
    for coding, bodies in packed.items():
        for body in bodies:
            assert fetched(answer(body, f"Content-Encoding: {coding}")).body == b"news"


def test_a_length_beyond_the_bound_is_refused_before_the_body() -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {MAX_BYTES + 1}\r\n\r\n".encode()
    assert "larger than 16 MiB" in str(failing(hostile.drip(head, b"")))


@pytest.mark.parametrize("head", [b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_an_endless_body_ends_at_the_bound(head: bytes) -> None:
    chunk = b"10000\r\n" + bytes(65_536) + b"\r\n"
    assert "larger than 16 MiB" in str(failing(hostile.flood(b"HTTP/1.1 200 OK\r\n" + head, chunk)))


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", partial(brotli.compress, quality=1)),
        ("zstd", zstd.compress),
    ],
)
def test_a_bomb_ends_at_the_bound(coding: str, pack: Callable[[bytes], bytes]) -> None:
    body = pack(bytes(64 * 1024 * 1024))
    assert "larger than 16 MiB" in str(failing(answer(body, f"Content-Encoding: {coding}")))


SLOW: list[tuple[str, Reply]] = [
    ("nothing", hostile.silence),
    ("headers", hostile.drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a")),
    ("more headers", hostile.drip(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n")),
    ("interim answers", hostile.drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
    ("body", hostile.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a")),
    ("chunks", hostile.drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n")),
]


@pytest.mark.parametrize("reply", [pytest.param(reply, id=name) for name, reply in SLOW])
def test_the_deadline_is_total_whatever_drips(reply: Reply) -> None:
    start = time.monotonic()
    assert "0.3 s" in str(failing(reply, deadline=0.3))
    assert 0.3 <= time.monotonic() - start < 5


def test_the_deadline_spans_all_hops() -> None:
    async def main() -> None:
        replies: dict[str, Reply] = {f"/{n}": hostile.late(0.12, redirect(302, f"/{n + 1}")) for n in range(4)}
        async with hostile.serve({**replies, "/4": answer(b"late")}) as server:
            assert "0.3 s" in str(await failure(server, "/0", deadline=0.3))
            assert len(server.visits) <= 3
            assert (await fetch(server, "/0", deadline=5.0)).body == b"late"

    run(main())


def test_slow_hosts_delay_no_other() -> None:
    async def main() -> None:
        async with hostile.serve({"/slow": hostile.silence, "/feed": answer(b"<rss/>")}) as server:
            async with Client(rules(server), deadline=10.0) as client:
                slow = [asyncio.ensure_future(client.get(Request(server.url("/slow")))) for _ in range(150)]
                while len(server.visits) < 150:
                    await asyncio.sleep(0)
                start = time.monotonic()
                assert (await client.get(Request(server.url("/feed")))).body == b"<rss/>"
                assert time.monotonic() - start < 5
                for task in slow:
                    task.cancel()
                await asyncio.gather(*slow, return_exceptions=True)
            assert server.most_at_once > 150

    run(main())


# --- TLS


def test_a_host_without_tls_is_said_so() -> None:
    async def main() -> None:
        async with hostile.serve() as server:
            request = Request(server.url("/feed").replace("http:", "https:"))
            assert "no TLS connection" in str(await failure(server, request))

    run(main())


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl command to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = "subjectAltName=IP:127.0.0.1"
    words = f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext {names} -days 2".split()
    subprocess.run([*words, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def main() -> None:
        async with hostile.serve({"/feed": answer(b"<rss/>")}, context) as server:
            request = Request(server.url("/feed").replace("http:", "https:"), user="u", password="p")
            assert "TLS certificate is not trusted" in str(await failure(server, request))
            assert server.visits == []

    run(main())


def test_a_host_that_is_down_is_said_so() -> None:
    async def main() -> None:
        async with hostile.serve() as server:
            pass
        assert "no connection" in str(await failure(server, "/feed"))

    run(main())
