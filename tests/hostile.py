"""A web server and a name server on loopback that misbehave on demand, byte by byte. They are part of no product."""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import cast

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]
Reply = bytes | Act


@dataclass(frozen=True)
class Visit:
    """One request as it came over the wire: `path` is the request target, header names are lower case."""

    path: str
    headers: tuple[tuple[str, str], ...]
    at: float
    """Loop time at which the request was read."""

    def header(self, name: str) -> str | None:
        """Give the one value of a header, None where it is absent."""
        values = [value for known, value in self.headers if known == name]
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None


@dataclass
class Server:
    """A running web server: its replies by request target, and who came."""

    port: int
    replies: dict[str, Reply] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Write the address of a path."""
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [visit.path for visit in self.visits]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                start = await reader.readexactly(1)
                if start == b"\x16":
                    writer.write(answer(b"this port speaks no TLS", status="400 Bad Request"))
                    return
                first, *lines = (start + await reader.readuntil(b"\r\n\r\n")).decode("utf-8").split("\r\n")
                headers = tuple((line.partition(": ")[0].lower(), line.partition(": ")[2]) for line in lines if line)
                path = first.split(" ")[1]
                self.visits.append(Visit(path, headers, asyncio.get_running_loop().time()))
                reply = self.replies.get(path, answer(b"nothing here", status="404 Not Found"))
                if isinstance(reply, bytes):
                    writer.write(reply)
                    await writer.drain()
                else:
                    await reply(writer)
        finally:
            self.at_once -= 1
            writer.close()


@asynccontextmanager
async def serve(replies: dict[str, Reply] | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Serve replies by request target on a free port of 127.0.0.1."""
    server = Server(port=0, replies=replies or {})
    # A test that gives up on a reply leaves its task waiting; these are ended with the server.
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(server._serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0, backlog=512, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Write a sound answer of HTTP/1.1."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return head.encode("utf-8") + b"\r\n" + body


def redirect(status: int, location: str) -> bytes:
    """Write a redirect."""
    return answer(b"", f"Location: {location}", status=f"{status} Elsewhere")


async def silence(writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing, for ever."""
    await asyncio.Event().wait()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Take the request and close the connection."""


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off in the middle of the headers."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    await writer.drain()
    writer.transport.abort()


def drip(head: bytes, drop: bytes, pause: float = 0.01) -> Act:
    """Send a beginning at once, then one drop after the other, for ever."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(pause)

    return act


def flood(head: bytes, chunk: bytes) -> Act:
    """Send a beginning, then as much as the line takes, for ever."""
    return drip(head, chunk, 0.0)


def late(seconds: float, reply: bytes) -> Act:
    """Answer after a while."""

    async def act(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        writer.write(reply)
        await writer.drain()

    return act


class _Names(asyncio.DatagramProtocol):
    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        (kind,) = struct.unpack_from("!H", data, at + 1)
        known = self.names.get(".".join(labels).lower())
        if known == []:
            return
        version = {1: 4, 28: 6}.get(kind)
        found = [ip.packed for ip in map(ip_address, known or ()) if ip.version == version]
        records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(ip)) + ip for ip in found)
        flags = 0x8180 if known else 0x8183
        head = data[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0)
        self.transport.sendto(head + data[12 : at + 5] + records, sender)


@asynccontextmanager
async def serve_names(names: dict[str, list[str]]) -> AsyncIterator[str]:
    """Answer for names with these addresses, never for names without any; give the name server's address:port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Names(names), local_addr=("127.0.0.1", 0))
    try:
        host, port = transport.get_extra_info("sockname")
        yield f"{host}:{port}"
    finally:
        transport.close()
