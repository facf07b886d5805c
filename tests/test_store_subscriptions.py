"""Subscriptions in the store: what is announced, asked, verified, pinged and left, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from making import START, at, configured
from sqlalchemy import select, update

from aggregator import websub
from aggregator.store import Store, reading, sources, subscriptions
from aggregator.store.schema import host, source, subscription
from aggregator.store.subscriptions import Ask
from aggregator.store.types import AnyRow
from aggregator.values import Reason
from aggregator.websub import Announced

SITE = "https://anyam.co.id"
HUB, OTHER, TOPIC = "https://hub.co/", "https://other.co/", "https://kabar.co.id/f"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def kabar(store: Store) -> None:
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.co.id/rss")), now=START)


def announce(store: Store, *hubs: str, topic: str = TOPIC, minutes: float = 0) -> None:
    with store.write() as connection:
        subscriptions.announce(connection, 1, Announced(hubs, topic) if hubs else None, now=at(minutes))


def take(store: Store, *, minutes: float = 0, site: str = SITE) -> list[Ask]:
    with store.read() as connection:
        is_due = subscriptions.due(connection, site_url=site, now=at(minutes))
    with store.write() as connection:
        asks = subscriptions.take(connection, site_url=site, now=at(minutes), limit=9)
    assert is_due or not asks
    return asks


def verify(store: Store, ask: Ask, *, minutes: float = 0, lasts: timedelta = 3 * DAY, **other: str) -> bool:
    told: dict[str, Any] = {"mode": ask.mode, "topic": ask.topic} | other
    with store.write() as connection:
        return subscriptions.verify(connection, ask.token, **told, lasts=lasts, now=at(minutes))


def verified(store: Store, *, lasts: timedelta = 3 * DAY) -> Ask:
    announce(store, HUB)
    (ask,) = take(store)
    assert verify(store, ask, lasts=lasts)
    return ask


def rows(store: Store) -> list[AnyRow]:
    with store.read() as connection:
        return list(connection.execute(select(subscription).order_by(subscription.c.hub)))


def hub(store: Store) -> Any:
    (one,) = reading.sources(store)
    return one["hub"]


def set_source(store: Store, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(update(source).values(**values))


def ping(store: Store, ask: Ask, *, minutes: float) -> None:
    with store.write() as connection:
        subscriptions.ping(connection, ask.token, now=at(minutes))


def heed(store: Store, *, minutes: float) -> datetime:
    with store.write() as connection:
        subscriptions.heed(store, connection, now=at(minutes))
        due: datetime = connection.execute(select(source.c.next_poll_at)).scalar_one()
        return due


def test_an_announced_hub_is_asked_once_until_it_verifies(store: Store) -> None:
    announce(store, HUB, OTHER)
    assert hub(store) == {"url": HUB, "state": "announced", "lease_until": None, "pinged_at": None, "error": None}
    (ask,) = take(store)
    assert (ask.mode, ask.hub, ask.topic, ask.tries) == ("subscribe", HUB, TOPIC, 1)
    assert ask.callback == f"{SITE}/websub/callback/{ask.token}"
    assert len(ask.token) >= 43 and len(ask.secret) >= 43 and ask.token != ask.secret
    assert take(store) == []
    announce(store, OTHER, HUB, minutes=1)
    assert take(store, minutes=1) == []
    assert verify(store, ask, minutes=2)
    shown = hub(store)
    assert (shown["state"], shown["lease_until"]) == ("verified", "2024-12-15T03:02:00Z")


def test_a_verification_counts_once_and_only_for_what_was_asked(store: Store) -> None:
    announce(store, HUB)
    (row,) = rows(store)
    early = Ask(row.token, "subscribe", HUB, TOPIC, False, "", row.secret, 1, START)
    assert not verify(store, early), "nobody asked yet"
    (ask,) = take(store)
    assert not verify(store, ask, topic=TOPIC + "/")
    assert not verify(store, ask, mode="unsubscribe")
    assert not verify(store, ask, mode="denied")
    assert verify(store, ask)
    assert not verify(store, ask, minutes=5), "a replay"
    assert rows(store)[0].lease_until == START + 3 * DAY


def test_a_lease_is_renewed_before_it_ends_with_the_same_token_and_secret(store: Store) -> None:
    ask = verified(store)
    assert take(store, minutes=2 * 1440 - 1) == []
    (again,) = take(store, minutes=2 * 1440)
    assert (again.token, again.secret, again.callback, again.mode) == (ask.token, ask.secret, ask.callback, ask.mode)
    assert hub(store)["state"] == "verified", "it holds while it is renewed"
    assert verify(store, again, minutes=2 * 1440)
    assert rows(store)[0].lease_until == START + 5 * DAY


def test_a_hub_that_never_answers_is_asked_ever_later(store: Store) -> None:
    announce(store, HUB)
    asked = [minute for minute in range(0, 4 * 60) if take(store, minutes=minute)]
    assert asked == [0, 15, 45, 105, 225]


def test_a_failure_is_noted_and_a_wait_obeyed_unless_the_hub_verified_meanwhile(store: Store) -> None:
    announce(store, HUB)
    (ask,) = take(store)
    with store.write() as connection:
        subscriptions.failed(connection, ask, "hub.co answered 503", wait=timedelta(hours=5))
    assert hub(store)["error"] == "hub.co answered 503"
    assert take(store, minutes=299) == []
    (ask,) = take(store, minutes=300)
    assert verify(store, ask, minutes=300)
    with store.write() as connection:
        subscriptions.failed(connection, ask, "hub.co answered 500", wait=timedelta(hours=5))
    assert (hub(store)["state"], hub(store)["error"]) == ("verified", None)


def test_a_denied_subscription_is_asked_for_again_after_a_week(store: Store) -> None:
    ask = verified(store)
    with store.write() as connection:
        assert not subscriptions.deny(connection, ask.token, topic="x", reason="", now=START)
        assert subscriptions.deny(connection, ask.token, topic=TOPIC, reason="the hub refuses", now=START)
    assert hub(store) == {
        "url": HUB,
        "state": "denied",
        "lease_until": None,
        "pinged_at": None,
        "error": "the hub refuses",
    }
    assert not verify(store, ask), "it was not asked since"
    announce(store, HUB, minutes=5)
    assert take(store, minutes=7 * 1440 - 1) == []
    (again,) = take(store, minutes=7 * 1440)
    assert verify(store, again)


def test_another_hub_or_topic_leaves_the_one_before(store: Store) -> None:
    old = verified(store)
    announce(store, OTHER, minutes=10)
    asks = {ask.mode: ask for ask in take(store, minutes=10)}
    assert (asks["unsubscribe"].hub, asks["unsubscribe"].callback) == (HUB, old.callback)
    new = asks["subscribe"]
    assert new.hub == OTHER and new.token != old.token and new.secret != old.secret
    assert not verify(store, asks["unsubscribe"], mode="subscribe")
    assert verify(store, asks["unsubscribe"]) and verify(store, new)
    assert [row.hub for row in rows(store)] == [OTHER]
    announce(store, OTHER, topic=TOPIC + "2", minutes=20)
    assert sorted(ask.mode for ask in take(store, minutes=20)) == ["subscribe", "unsubscribe"]


def test_a_hub_that_does_not_let_go_is_forgotten(store: Store) -> None:
    verified(store)
    announce(store)
    minutes = [minute for minute in range(0, 24 * 60, 5) if take(store, minutes=minute)]
    assert len(minutes) == websub.LEAVINGS and rows(store) == []


def test_a_hub_that_comes_back_is_subscribed_to_again(store: Store) -> None:
    ask = verified(store)
    announce(store)
    assert hub(store) is None
    announce(store, HUB, minutes=1)
    (again,) = take(store, minutes=1)
    assert (again.token, again.mode) == (ask.token, "subscribe")


def test_what_was_never_asked_for_is_dropped_without_a_word(store: Store) -> None:
    announce(store, HUB)
    announce(store)
    assert rows(store) == [] and take(store) == []


@pytest.mark.parametrize("values", [{"paused": True}, {"retired_at": START}, {"state": "gone"}])
def test_the_hub_of_a_source_that_is_polled_no_more_is_left(store: Store, values: dict[str, Any]) -> None:
    verified(store)
    assert take(store, minutes=1) == []
    set_source(store, **values)
    (ask,) = take(store, minutes=1)
    assert ask.mode == "unsubscribe"
    assert verify(store, ask) and rows(store) == []


def test_a_site_that_moved_asks_to_be_called_at_its_new_address(store: Store) -> None:
    ask = verified(store)
    (again,) = take(store, minutes=1, site="https://new.co.id/berita")
    assert again.callback == f"https://new.co.id/berita/websub/callback/{ask.token}"
    assert verify(store, again) and take(store, minutes=2, site="https://new.co.id/berita") == []


def test_what_is_left_is_left_where_it_was_begun(store: Store) -> None:
    ask = verified(store)
    announce(store)
    (leaving,) = take(store, minutes=1, site="https://new.co.id")
    assert (leaving.mode, leaving.callback) == ("unsubscribe", ask.callback)


def test_a_token_is_found_whole_or_not_at_all(store: Store) -> None:
    ask = verified(store)
    with store.read() as connection:
        found = subscriptions.find(connection, ask.token)
        assert found is not None and (found.token, found.secret) == (ask.token, ask.secret)
        for wrong in ("", ask.token[:-1], ask.token + "A", ask.token[:12] + "A" * 31, ask.token.swapcase(), "~"):
            assert subscriptions.find(connection, wrong) is None, wrong


def test_a_ping_makes_its_source_due_with_a_minute_between(store: Store) -> None:
    ask = verified(store)
    set_source(store, next_poll_at=at(600), last_poll_at=at(30))
    ping(store, ask, minutes=60)
    assert heed(store, minutes=60) == at(60)
    set_source(store, next_poll_at=at(600), last_poll_at=at(60))
    for second in range(5):
        ping(store, ask, minutes=60 + second / 60)
        assert heed(store, minutes=60 + second / 60) == at(61)
    with store.read() as connection:
        assert not subscriptions.wanted(connection)
        told = connection.execute(select(source.c.next_poll_reason)).scalar_one()
    assert told == Reason("pinged")
    assert rows(store)[0].pings == 6
    assert hub(store)["pinged_at"] == reading.shown(at(60 + 4 / 60))


def test_a_ping_puts_no_visit_off(store: Store) -> None:
    ask = verified(store)
    set_source(store, next_poll_at=at(60.5), last_poll_at=at(60))
    ping(store, ask, minutes=60)
    assert heed(store, minutes=60) == at(60.5)


def test_a_ping_during_a_poll_is_kept_until_the_poll_is_over(store: Store) -> None:
    ask = verified(store)
    with store.write() as connection:
        until = store.clock(connection) + timedelta(minutes=1)
    set_source(store, next_poll_at=at(0), lease_until=until, lease_token="t")
    ping(store, ask, minutes=60)
    assert heed(store, minutes=60) == at(0)
    set_source(store, next_poll_at=at(600), last_poll_at=at(60), lease_until=None, lease_token=None)
    assert heed(store, minutes=60.5) == at(61)


def test_a_ping_comes_neither_before_a_wait_nor_before_a_failing_source_is_due(store: Store) -> None:
    ask = verified(store)
    seen = {"first_asked_at": START, "asked_at": START, "requests": 1, "not_modified": 0, "failures": 1, "waits": 1}
    with store.write() as connection:
        connection.execute(
            host.insert().values(
                name="kabar.co.id",
                domain="kabar.co.id",
                wait_until=at(120),
                wait_reason=Reason("answered", 429),
                **seen,
            )
        )
    set_source(store, next_poll_at=at(600))
    ping(store, ask, minutes=60)
    assert heed(store, minutes=60) == at(120)
    set_source(store, next_poll_at=at(600), errors=1)
    ping(store, ask, minutes=200)
    assert heed(store, minutes=200) == at(600)


def test_a_hub_that_is_left_wants_no_poll(store: Store) -> None:
    ask = verified(store)
    ping(store, ask, minutes=1)
    announce(store, minutes=1)
    ping(store, ask, minutes=1)
    with store.read() as connection:
        assert not subscriptions.wanted(connection)
        found = subscriptions.find(connection, ask.token)
        assert found is not None and found.is_left


def test_a_source_is_pushed_while_its_lease_lives_and_pings_come(store: Store) -> None:
    ask = verified(store)

    def is_pushed(minutes: float, *, brought: bool) -> bool:
        with store.read() as connection:
            return subscriptions.is_pushed(connection, 1, polled_at=START, brought=brought, now=at(minutes))

    assert not is_pushed(10, brought=True)
    ping(store, ask, minutes=5)
    assert is_pushed(10, brought=True)
    assert not is_pushed(3 * 1440, brought=True), "the lease is over"
