"""The web server of one process: takes its port at once, answers in threads, ends cleanly. It knows no page."""

import errno
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import ConfigError
from ..opening import Site
from ..watching import Follower
from ..websub import LARGEST_PING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREADS = 8
BACKLOG = 1024
"""Connections that wait to be accepted; those who come while the site still opens wait there too."""
TURN = 0.5
"""Seconds after which the server's loop looks whether it is to end."""
LOOK = 2.0
"""Seconds between looks whether feeds.yaml has been loaded anew."""
FAREWELL = 2.0
"""Seconds that answers under way get when the process is asked to end."""


@dataclass(frozen=True, slots=True)
class Door:
    """The sockets that a server listens on, and the address that people open."""

    sockets: tuple[socket.socket, ...]
    url: str


@contextmanager
def listening(host: str, port: int) -> Iterator[Door]:
    """Take a port (0: any free one) of each address that `host` stands for; raises ConfigError where it is taken."""
    with ExitStack() as stack:
        opened: list[socket.socket] = []
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
                one = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
                # A name for two addresses is served at one port, whichever was free.
                taken = opened[0].getsockname()[1] if opened else port
                _listen(one, (address[0], taken, *address[2:]))
                opened.append(one)
        except OSError as error:
            other = "name another --host or --port (with make: HOST=, PORT=)"
            if error.errno == errno.EADDRINUSE:
                other = f"name another, such as --port {port + 1} (with make: PORT={port + 1})"
            raise ConfigError([f"cannot serve at {host}:{port}: {error.strerror or error}; {other}"]) from None
        name = f"[{host}]" if ":" in host else host
        yield Door(tuple(opened), f"http://{name}:{opened[0].getsockname()[1]}/")


def _listen(one: socket.socket, address: tuple[object, ...]) -> None:
    # Without it a port stays taken for a minute after its last connection.
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if one.family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.bind(address)
    one.listen(BACKLOG)


class _Application:
    """The site's application, made anew when another process, or this one, has loaded a changed feeds.yaml."""

    def __init__(self, site: Site) -> None:
        from web.app import create_app

        self._create, self._site, self._follower = create_app, site, Follower(site)
        self._application = create_app(site.store, site.config)
        self._looked = time.monotonic()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            site = self._follower.look()
            if site is not self._site:
                self._application, self._site = self._create(site.store, site.config), site
        return self._application(environ, start_response)


@contextmanager
def serving(site: Site, door: Door) -> Iterator[None]:
    """Answer at the door from threads for the body of the `with`."""
    from waitress import wasyncore
    from waitress.server import create_server

    over = threading.Event()
    channels: dict[int, object] = {}
    server = create_server(
        _Application(site),
        map=channels,
        sockets=door.sockets,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_PING,  # nobody else sends us a body
    )

    def loop() -> None:
        while not over.is_set():
            # poll: select takes no file descriptor above 1,023.
            wasyncore.loop(timeout=TURN, use_poll=True, map=channels, count=1)

    thread = threading.Thread(target=loop, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        # In this order: what is being answered still needs the loop, and the loop its sockets.
        server.task_dispatcher.shutdown(timeout=FAREWELL)
        over.set()
        thread.join(2 * TURN)
        wasyncore.close_all(channels)
