"""A WebSub hub on loopback that takes subscriptions, verifies them and pings, or misbehaves. It judges nothing."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Hub:
    """A running hub; the site's callbacks are called through `site`, whatever host they name."""

    site: FlaskClient = field(init=False)
    port: int = 0
    status: str = "202 Accepted"
    headers: tuple[str, ...] = ()
    lease: str | None = "86400"
    verifies: bool = True
    forms: list[dict[str, str]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    answers: list[TestResponse] = field(default_factory=list)
    """What the site said to each verification."""

    @property
    def url(self) -> str:
        return f"http://hub.test:{self.port}/hub"

    def callback(self, **said: str) -> TestResponse:
        """Call back about the last form, with these parameters beside or instead of what belongs there."""
        form = self.forms[-1]
        told = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": "ch4llenge"}
        told |= {f"hub.{name}": value for name, value in said.items()}
        return self.site.get(f"{urlsplit(form['hub.callback']).path}?{urlencode(told)}")

    def verify(self) -> TestResponse:
        """Verify the intent of the last form."""
        return self.callback(**({"lease_seconds": self.lease} if self.lease is not None else {}))

    def ping(self, body: bytes = b"<feed/>", *, method: str = "sha256", secret: str | None = None) -> TestResponse:
        """Distribute a body, signed with the secret of the last subscription, or another one."""
        form = next(form for form in reversed(self.forms) if form["hub.mode"] == "subscribe")
        made = hmac.new((secret or form["hub.secret"]).encode(), body, getattr(hashlib, method)).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={made}"}
        return self.site.post(urlsplit(form["hub.callback"]).path, data=body, headers=headers)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line[16:]) for line in head.splitlines() if line.lower().startswith("content-length: "))
            self.targets.append(" ".join(head.split(" ")[:2]))
            self.forms.append(dict(parse_qsl((await reader.readexactly(length)).decode())))
            if self.verifies and self.status.startswith("2"):
                self.answers.append(await asyncio.to_thread(self.verify))
            lines = (f"HTTP/1.1 {self.status}", "Content-Length: 2", *self.headers)
            writer.write("".join(f"{line}\r\n" for line in lines).encode() + b"\r\nok")
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def hub() -> AsyncIterator[Hub]:
    """Run a hub on a free port of 127.0.0.1."""
    made = Hub()
    listener = await asyncio.start_server(made._serve, "127.0.0.1", 0)
    made.port = listener.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listener.close()
        await listener.wait_closed()
