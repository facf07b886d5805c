"""The newsroom's server, an edge: it reads the clock and speaks HTTP. What it answers, `site` decides."""

import hashlib
import sys
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from .. import clock
from .addresses import Addresses
from .newsroom import Newsroom
from .script import Timeline
from .site import Site
from .sources import write_feeds_yaml

HOST = "127.0.0.1"
IDLE_SECONDS = 15  # a connection kept open longer than a poll's interval of 5 s serves the next poll too


def _no_notice(language: str) -> str:
    return ""


class NewsroomServer:
    """Serves the newsroom on 127.0.0.1 from a daemon thread; the port (0: any free one) is taken at once.

    `started` (aware) is the script's minute 0, and `speed` minutes of the script pass in each real one.
    `notice` gives, by language code, the line for people at the foot of each page; `now` is the clock.
    Raises OSError where the port is taken.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        *,
        port: int = 0,
        started: datetime,
        speed: float = 1.0,
        notice: Callable[[str], str] = _no_notice,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._newsroom = newsroom
        self._server = _Server((HOST, port), _Handler)
        self._server.site = Site(newsroom, Timeline(started, speed), Addresses(self.url), notice)
        self._server.now = now
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """Give the port that the server listens on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """Give the server's address, without a slash at the end; it lists all outlets."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back; also right where it was never started."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def feeds_yaml(self, *, site_url: str = "http://127.0.0.1:8000") -> str:
        """Write the feeds.yaml whose Sources point to this server."""
        return write_feeds_yaml(self._newsroom, base=self.url, site_url=site_url)


class _Server(ThreadingHTTPServer):
    site: Site
    now: Callable[[], datetime]

    def server_bind(self) -> None:
        """Bind without asking DNS for this host's name as HTTPServer does, seconds long on some machines."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up; anything else is a fault to see."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Newsroom", ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        site = self.server.site
        minute = site.timeline.minute(self.server.now())
        answer = site.answer(unquote(urlsplit(self.path).path), minute)
        headers = {"Content-Type": answer.media_type, "Cache-Control": "no-cache"}
        if answer.location:
            headers["Location"] = answer.location
        if answer.changed is not None:
            modified = site.timeline.moment(answer.changed)
            headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            headers["Last-Modified"] = format_datetime(modified, usegmt=True)
            if self._is_known(headers["ETag"], modified):
                return self._send(304, headers, b"")
        self._send(answer.status, headers, answer.body)

    do_HEAD = do_GET

    def _is_known(self, etag: str, modified: datetime) -> bool:
        """Tell whether the client has this document; If-None-Match decides if sent (RFC 9110, 13.2.2)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(since) >= modified
        except (TypeError, ValueError):  # no date, or one without a zone: RFC 9110, 13.1.3 has us ignore it
            return False

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: Anyam's own log tells what was fetched."""
