"""The callback of hubs over WSGI: confirmations, pings, and whoever else comes by."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from making import START, at, configured
from sqlalchemy import select
from werkzeug.test import TestResponse

from aggregator.store import Store, sources, subscriptions
from aggregator.store.schema import subscription
from aggregator.store.subscriptions import Ask
from aggregator.store.types import AnyRow
from aggregator.websub import LARGEST_PING, Announced
from web.app import create_app

TOPIC = "https://kabar.co.id/rss?a=1&b=2"
BODY = b"<rss><channel><item><title>Kapal feri tiba</title></item></channel></rss>"


@pytest.fixture
def site(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ANYAM_AT", START.isoformat())
    config = configured(("Kabar", "https://kabar.co.id/rss"), extra="site: {url: 'https://anyam.co.id/berita'}\n")
    with store.write() as connection:
        sources.sync(connection, config, now=START)
        subscriptions.announce(connection, 1, Announced(("https://hub.co/",), TOPIC), now=START)
    with create_app(store, config).test_client() as client:
        yield client


@pytest.fixture
def ask(site: FlaskClient, store: Store) -> Ask:
    with store.write() as connection:
        (made,) = subscriptions.take(connection, site_url="https://anyam.co.id/berita", now=START, limit=1)
    return made


def row(store: Store) -> AnyRow:
    with store.read() as connection:
        return connection.execute(select(subscription)).one()


def call(site: FlaskClient, ask: Ask, **said: str) -> TestResponse:
    told = {"mode": "subscribe", "topic": TOPIC, "challenge": "ch4ll<b>enge", "lease_seconds": "86400"} | said
    query = urlencode({f"hub.{name}": value for name, value in told.items()})
    return site.get(f"/websub/callback/{ask.token}?{query}")


def ping(site: FlaskClient, ask: Ask, body: bytes = BODY, *, headers: dict[str, str] | None = None) -> TestResponse:
    made = hmac.new(ask.secret.encode(), body, hashlib.sha256).hexdigest()
    headers = headers or {"X-Hub-Signature": f"sha256={made}"}
    return site.post(f"/websub/callback/{ask.token}", data=body, headers=headers)


def wants_poll(store: Store) -> bool:
    with store.read() as connection:
        return subscriptions.wanted(connection)


def is_private(answer: TestResponse) -> bool:
    return answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers


def test_what_we_asked_for_is_confirmed_with_the_challenge_as_plain_text(
    site: FlaskClient, store: Store, ask: Ask
) -> None:
    answer = call(site, ask)
    assert (answer.status_code, answer.data) == (200, b"ch4ll<b>enge")
    assert answer.mimetype == "text/plain" and "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and is_private(answer)
    assert (row(store).state, row(store).lease_until) == ("verified", START + timedelta(days=1))


def test_the_callback_is_below_the_path_of_the_site_as_well(site: FlaskClient, ask: Ask) -> None:
    query = urlencode({"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c", "hub.lease_seconds": "9"})
    assert site.get(f"{ask.callback.removeprefix('https://anyam.co.id')}?{query}").data == b"c"


@pytest.mark.parametrize(
    "said",
    [
        {"topic": TOPIC + "x"},
        {"topic": ""},
        {"topic": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"mode": ""},
        {"challenge": ""},
        {"challenge": "x" * 5_000},
    ],
)
def test_what_we_did_not_ask_for_is_refused(site: FlaskClient, store: Store, ask: Ask, said: dict[str, str]) -> None:
    answer = call(site, ask, **said)
    assert answer.status_code == 404 and b"ch4ll" not in answer.data and is_private(answer)
    assert row(store).state == "asked"


def test_a_replayed_challenge_and_a_head_are_refused(site: FlaskClient, store: Store, ask: Ask) -> None:
    assert site.head(f"/websub/callback/{ask.token}?hub.mode=subscribe&hub.topic=x").status_code == 404
    assert call(site, ask).status_code == 200
    assert call(site, ask, challenge="again", lease_seconds="999999").status_code == 404
    assert row(store).lease_until == START + timedelta(days=1)


def test_a_denial_ends_it_with_the_hubs_reason_in_one_line(site: FlaskClient, store: Store, ask: Ask) -> None:
    assert call(site, ask, mode="denied", topic="https://other.co/").status_code == 404
    answer = call(site, ask, mode="denied", reason="we know\nno such <b>topic</b>" + "x" * 500)
    assert answer.status_code == 204 and is_private(answer)
    assert row(store).state == "denied"
    assert row(store).error.startswith("the hub refuses: we know no such <b>topic</b>x") and len(row(store).error) < 250
    assert call(site, ask).status_code == 404


def test_a_signed_ping_is_stored_as_a_wish_for_a_poll_and_nothing_of_it(
    site: FlaskClient, store: Store, ask: Ask
) -> None:
    call(site, ask)
    answer = ping(site, ask)
    assert answer.status_code == 202 and answer.data == b"" and is_private(answer)
    assert wants_poll(store) and row(store).pinged_at == START
    assert not any(b"Kapal" in str(value).encode() for value in row(store))


@pytest.mark.parametrize(
    "header",
    [
        {"X-Nothing": "1"},
        {"X-Hub-Signature": "sha256=" + "0" * 64},
        {"X-Hub-Signature": "sha1=" + hmac.new(b"wrong", BODY, hashlib.sha1).hexdigest()},
        {"X-Hub-Signature": "md5=" + "0" * 32},
        {"X-Hub-Signature": ""},
    ],
)
def test_an_unsigned_or_wrongly_signed_ping_gets_the_same_answer_and_does_nothing(
    site: FlaskClient, store: Store, ask: Ask, header: dict[str, str]
) -> None:
    answer = ping(site, ask, headers=header)
    assert answer.status_code == 202 and answer.data == b"" and is_private(answer)
    assert not wants_poll(store) and row(store).pinged_at is None


def test_a_large_ping_is_read_and_a_larger_one_refused(site: FlaskClient, store: Store, ask: Ask) -> None:
    assert ping(site, ask, bytes(LARGEST_PING + 1)).status_code == 413
    assert not wants_poll(store)
    assert ping(site, ask, bytes(LARGEST_PING)).status_code == 202
    assert wants_poll(store)


def test_a_flood_of_pings_writes_one_wish(
    site: FlaskClient, store: Store, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in range(20):
        monkeypatch.setenv("ANYAM_AT", at(second / 60).isoformat())
        assert ping(site, ask).status_code == 202
    assert (row(store).pings, row(store).pinged_at) == (1, START)


@pytest.mark.parametrize("token", ["x", "A" * 43, "-_-"])
def test_where_there_is_no_subscription_hubs_are_told_to_stop(site: FlaskClient, token: str) -> None:
    asked = site.get(f"/websub/callback/{token}?hub.mode=subscribe&hub.topic={TOPIC}&hub.challenge=c")
    pinged = site.post(f"/websub/callback/{token}", data=BODY)
    assert (asked.status_code, pinged.status_code) == (404, 410)
    assert is_private(asked) and is_private(pinged) and asked.data != b"c"


def test_a_hub_that_is_left_is_told_to_stop_and_may_confirm_the_end(site: FlaskClient, store: Store, ask: Ask) -> None:
    call(site, ask)
    with store.write() as connection:
        subscriptions.announce(connection, 1, None, now=START)
    assert ping(site, ask).status_code == 410
    assert call(site, ask, mode="unsubscribe").status_code == 404, "we have not asked yet"
    with store.write() as connection:
        (leaving,) = subscriptions.take(connection, site_url="https://anyam.co.id/berita", now=START, limit=1)
    assert call(site, ask, mode="subscribe").status_code == 404
    assert call(site, leaving, mode="unsubscribe").data == b"ch4ll<b>enge"
    with store.read() as connection:
        assert subscriptions.find(connection, ask.token) is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(site: FlaskClient, ask: Ask, method: str) -> None:
    answer = site.open(f"/websub/callback/{ask.token}", method=method)
    assert answer.status_code == 405 and is_private(answer)
