"""Answers the hubs that we asked for subscriptions, and stores their pings as wishes for polls. It asks no hub.

Nothing of a ping is kept: its body is read once, for its signature, and what is new is then fetched from the Source.
"""

from collections.abc import Iterator

from flask import Blueprint, Response, request

from aggregator import clock
from aggregator.store import subscriptions
from aggregator.websub import LARGEST_PING, denial, is_signed, lease

from .site import here

websub = Blueprint("websub", __name__)

PIECE = 64 * 1024
LONGEST_CHALLENGE = 1_000
"""Characters; hubs send some dozens."""

HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
"""A challenge goes back as it came, so that it must be nothing but text to a browser that is led here."""


@websub.get("/websub/callback/<name:token>")
def confirm(token: str) -> Response:
    """Confirm to a hub, with its challenge, what we asked it for, and nothing else (WebSub, sections 5.2 and 5.3)."""
    site = here()
    told = {name: request.args.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge", "reason")}
    known = ("subscribe", "unsubscribe", "denied")
    with site.store.read() as connection:
        found = subscriptions.find(connection, token)
    if found is None or told["mode"] not in known or request.method != "GET":
        return _answer(404)
    now = clock.now()
    if told["mode"] == "denied":
        with site.store.write() as connection:
            done = subscriptions.deny(
                connection, found.token, topic=told["topic"], reason=denial(told["reason"]), now=now
            )
        return _answer(204 if done else 404)
    if not 0 < len(told["challenge"]) <= LONGEST_CHALLENGE:
        return _answer(404)
    lasts = lease(request.args.get("hub.lease_seconds"))
    with site.store.write() as connection:
        done = subscriptions.verify(
            connection, found.token, mode=told["mode"], topic=told["topic"], lasts=lasts, now=now
        )
    return _answer(200, told["challenge"]) if done else _answer(404)


@websub.post("/websub/callback/<name:token>")
def ping(token: str) -> Response:
    """Take a hub's word that a Source has something new, if it is signed; others get the same answer (section 7.1).

    Where we know of no subscription, 410 asks the hub to end it (section 7).
    """
    site = here()
    with site.store.read() as connection:
        found = subscriptions.find(connection, token)
    if found is None or found.is_left:
        return _answer(410)
    request.max_content_length = LARGEST_PING
    signed = is_signed(_pieces(), header=request.headers.get("X-Hub-Signature"), secret=found.secret)
    # A hub that floods us writes nothing: one wish for a poll is as good as a thousand.
    if signed and not found.waits:
        with site.store.write() as connection:
            subscriptions.ping(connection, found.token, now=clock.now())
    return _answer(202)


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(PIECE):
        yield piece


def _answer(status: int, words: str = "") -> Response:
    return Response(words, status, mimetype="text/plain", headers=HEADERS)
