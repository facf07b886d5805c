"""The one seam for time."""

from datetime import UTC, datetime

import pytest

from aggregator import clock
from aggregator.errors import ConfigError


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2024-12-12T19:30:00Z", datetime(2024, 12, 12, 19, 30, tzinfo=UTC)),
        ("2024-12-12T19:30:00+07:00", datetime(2024, 12, 12, 12, 30, tzinfo=UTC)),
        ("2024-12-12T19:30:00 07:00", datetime(2024, 12, 12, 12, 30, tzinfo=UTC)),
        ("2024-12-12T19:30", datetime(2024, 12, 12, 19, 30, tzinfo=UTC)),
        ("2024-12-12 19:30", datetime(2024, 12, 12, 19, 30, tzinfo=UTC)),
        ("2024-12-12", datetime(2024, 12, 12, tzinfo=UTC)),
    ],
)
def test_anyam_at_stands_in_for_now(words: str, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYAM_AT", words)
    assert clock.now() == at


@pytest.mark.parametrize("words", ["soon", "0001-01-01T00:00:00+09:00", "2024-13-01"])
def test_what_is_no_time_is_said_in_one_line(words: str) -> None:
    with pytest.raises(ConfigError, match="is no ISO 8601 time"):
        clock.parse_time(words, "ANYAM_AT")


def test_without_it_the_clock_is_right_and_aware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANYAM_AT", raising=False)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
