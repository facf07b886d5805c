import re
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import Gone
from aggregator.fetch.answer import LONGEST_WAIT, MAX_VALIDATOR, failure, read_headers, retry_after
from aggregator.fetch.headers import write_headers
from aggregator.values import Request

MONTH = LONGEST_WAIT.total_seconds()
NOON = "Thu, 12 Dec 2024 12:00:00 GMT"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("99999999999", MONTH),
        ("9" * 5000, MONTH),
        ("Thu, 12 Dec 2024 12:05:00 GMT", 300.0),
        ("Thursday, 12-Dec-24 12:05:00 GMT", 300.0),
        ("Thu, 12 Dec 2024 19:05:00 +0700", 300.0),
        ("Thu, 12 Dec 2024 11:00:00 GMT", 0.0),
        ("Thu, 12 Dec 2099 12:05:00 GMT", MONTH),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("١٢٠", None),
        ("Thu, 99 Dec 99999 99:99:99 GMT", None),
    ],
)
def test_reads_retry_after_in_both_forms(words: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": words, "date": NOON}) == seconds


def test_a_date_counts_from_our_clock_where_the_host_tells_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYAM_AT", "2024-12-12T12:00:00Z")
    for told in ({}, {"date": "noon"}):
        assert retry_after({"retry-after": "Thu, 12 Dec 2024 12:01:00 GMT", **told}) == 60.0


@given(st.text(), st.text())
def test_no_words_break_retry_after(words: str, told: str) -> None:
    wait = retry_after({"retry-after": words, "date": told})
    assert wait is None or 0 <= wait <= MONTH


@given(st.integers(6 * 10**8, 4 * 10**9), st.integers(-(10**7), 10**7))
def test_a_date_is_a_wait_whatever_the_host_takes_for_now(told: int, wait: int) -> None:
    date, until = (formatdate(at, usegmt=True) for at in (told, told + wait))
    assert retry_after({"retry-after": until, "date": date}) == min(max(wait, 0), MONTH)


def test_only_429_and_503_ask_us_to_wait() -> None:
    headers = {"retry-after": "60"}
    waits = {status: failure("h", status, headers, for_good=True).retry_after for status in (403, 404, 429, 500, 503)}
    assert waits == {403: None, 404: None, 429: 60.0, 500: None, 503: 60.0}


@pytest.mark.parametrize(
    ("status", "wait", "said"),
    [
        (404, None, "there is nothing at this address; check it, or look for the Source's new one"),
        (418, None, "it sent no document; look at the address in a browser"),
        (429, None, "it asks us to come less often, and wants to be left alone for 60 min"),
        (429, "21613", "it asks us to come less often, and wants to be left alone for 6 h"),
        (500, None, "it is broken at the moment; if that lasts, tell the host's keeper"),
        (503, None, "it is overloaded or in repair; if that lasts, tell the host's keeper"),
        (503, "0", "it is overloaded or in repair; if that lasts, tell the host's keeper"),
        (503, "90", "it is overloaded or in repair, and wants to be left alone for 90 s"),
        (503, "2592000", "it is overloaded or in repair, and wants to be left alone for 30 d"),
        (410, None, "it has ended for good; look for a new address, or remove the Source"),
    ],
)
def test_an_error_promises_nothing_that_a_command_does_not_keep(status: int, wait: str | None, said: str) -> None:
    error = failure("http://h/x", status, {"retry-after": wait} if wait else {}, for_good=True)
    assert str(error) == f"http://h/x answered {status}: {said}"


@pytest.mark.parametrize("status", [403, 503])
def test_a_challenge_for_browsers_is_told_as_one(status: int) -> None:
    said = (
        f"h answered {status}: it sets browsers a challenge, which Anyam does not take; ask the host's keeper to let "
        "our User-Agent pass, or look for a feed"
    )
    error = failure("h", status, {"cf-mitigated": "challenge"}, for_good=True)
    assert (str(error), error.retry_after) == (said, None)
    assert "challenge" not in str(failure("h", 404, {"cf-mitigated": "challenge"}, for_good=True))
    assert "challenge" not in str(failure("h", status, {"cf-mitigated": "block"}, for_good=True))


def test_410_ends_a_source_unless_a_temporary_redirect_led_there() -> None:
    assert isinstance(failure("h", 410, {}, for_good=True), Gone)
    elsewhere = failure("h", 410, {}, for_good=False)
    assert not isinstance(elsewhere, Gone)
    assert elsewhere.status == 410


def test_reads_headers_so_that_validators_stay_byte_for_byte() -> None:
    raw = [(b"ETag", b'W/"\xd1\x84"'), (b"Link", b"<a>"), (b"X-Place", b"Orl\xe9ans"), (b"LINK", b"<b>")]
    assert read_headers(raw) == {"etag": 'W/"ф"', "link": "<a>, <b>", "x-place": "Orléans"}
    assert read_headers([(b"ETag", b'"\xff"'), (b"Last-Modified", b"\xff")]) == {}


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_validators_that_could_never_be_sent_back_are_left_out(name: str) -> None:
    known = name.lower()
    for code in [*range(0x20), 0x7F]:
        value = b'"a%cb"' % code
        # A tab is the one control character that a header's value may hold (RFC 9110, section 5.5).
        assert read_headers([(name.encode(), value)]) == ({known: '"a\tb"'} if code == 9 else {}), code
    assert read_headers([(name.encode(), b"x" * MAX_VALIDATOR)]) == {known: "x" * MAX_VALIDATOR}
    assert read_headers([(name.encode(), b"x" * (MAX_VALIDATOR + 1))]) == {}
    assert read_headers([(name.encode(), "ф".encode() * (MAX_VALIDATOR // 2 + 1))]) == {}
    assert read_headers([(name.encode(), b"x" * 600)] * 2) == {}, "repeated ones are joined, and too long then"
    assert read_headers([(name.encode(), b"a"), (name.encode(), b"\x01")]) == {}, "half of it would be another one"
    assert read_headers([(b"X-Other", b"a\x01")]) == {"x-other": "a\x01"}


@given(st.binary(max_size=40))
def test_every_validator_that_is_read_can_be_written(value: bytes) -> None:
    etag = read_headers([(b"ETag", value)]).get("etag")
    if etag is not None:
        assert write_headers(Request("", etag=etag), user_agent="", trusted=False).get("If-None-Match", "") == etag
        assert etag.encode() == value
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", etag), "what aiohttp refuses to write"
