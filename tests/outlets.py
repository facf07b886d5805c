"""Outlets on loopback for tests of whole processes: a server in a thread, and feeds for it. It judges nothing."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

import hostile
from hostile import Reply, Server


@contextmanager
def outlets(replies: dict[str, Reply] | None = None) -> Iterator[Server]:
    """Serve replies by path from a thread; they may be changed while it runs."""
    ready, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    found: list[Server] = []

    async def serve() -> None:
        async with hostile.serve(replies) as server:
            found.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


def rss(*titles: str, of: str = "kabar") -> bytes:
    """Write an RSS feed whose items have these titles, and addresses and ids made of `of` and their numbers."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://{of}.example/{number}</link>"
        f"<guid isPermaLink='false'>{of}-{number}</guid><category>Dunia</category></item>"
        for number, title in enumerate(titles)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{of}</title>{items}</channel></rss>".encode()


def feed(*titles: str, of: str = "kabar") -> bytes:
    """Write a whole HTTP answer with such a feed."""
    return hostile.answer(rss(*titles, of=of), "Content-Type: application/rss+xml")


def conditional(server: Server, path: str, body: bytes, etag: str) -> hostile.Act:
    """Answer 304 to those who hold `etag` already."""

    async def act(writer: asyncio.StreamWriter) -> None:
        visit = next(visit for visit in reversed(server.visits) if visit.path == path)
        known = visit.header("if-none-match") == etag
        lines = (f"ETag: {etag}", "Content-Type: application/rss+xml")
        writer.write(hostile.answer(b"", *lines, status="304 Not Modified") if known else hostile.answer(body, *lines))
        await writer.drain()

    return act


def gate(reply: bytes) -> tuple[hostile.Act, threading.Event]:
    """Give an answer that waits until its event is set."""
    opened = threading.Event()

    async def act(writer: asyncio.StreamWriter) -> None:
        while not opened.is_set():
            await asyncio.sleep(0.01)
        writer.write(reply)
        await writer.drain()

    return act, opened


def write_feeds(folder: Path, server: Server, *sources: str, extra: str = "", beside: Sequence[Server] = ()) -> Path:
    """Write a feeds.yaml with one Section and these Sources, each "NAME PATH" and further keys after a comma.

    `beside`: servers that may be asked, too.
    """
    allowed = [f"127.0.0.1:{one.port}" for one in (server, *beside)]
    lines = ["site: {language: id}", "fetch:", f"  allow: {allowed}"]
    lines += ["publish: {settle: 0s}", "sections: [{id: dunia, title: Dunia}]", "sources:"]
    for source in sources:
        named, _, more = source.partition(",")
        name, _, path = named.partition(" ")
        url = path if path.startswith("http") else server.url(path)
        lines.append(f"  - {{name: {name}, url: '{url}', section: dunia, outlet: {name}{',' if more else ''}{more}}}")
    file = folder / "feeds.yaml"
    file.write_text("\n".join(lines) + "\n" + extra, encoding="utf-8")
    return file
