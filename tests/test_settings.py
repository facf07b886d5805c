"""Settings outside feeds.yaml: what the environment and the flags say, and what is wrong with them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.config import Settings
from aggregator.errors import ConfigError


def settings(*, config: str | None = None, database: str | None = None, **env: str) -> Settings:
    return Settings.from_environment(env, config=config, database=database)


def problems(*, config: str | None = None, database: str | None = None, **env: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        settings(config=config, database=database, **env)
    return caught.value.problems


def test_an_empty_environment_gives_the_defaults() -> None:
    told = settings(PATH="/usr/bin", ANYAM_CONFIG="", ANYAM_MODEL=" ")
    assert told == Settings()
    assert (told.config_path, told.database_url) == (Path("feeds.yaml"), "sqlite:///anyam.db")
    assert (told.broker_url, told.secret_key, told.model, told.at) == (None, None, None, None)


def test_every_variable_is_read() -> None:
    told = settings(
        ANYAM_CONFIG="/etc/anyam/feeds.yaml",
        ANYAM_DATABASE_URL="postgresql://anyam@db.example.org/anyam",
        ANYAM_BROKER_URL="amqp://guest:guest@127.0.0.1:5672/",
        ANYAM_SECRET_KEY="long and random",
        ANYAM_MODEL="none",
        ANYAM_AT="2021-09-20T06:00:00+12:00",
    )
    assert told.config_path == Path("/etc/anyam/feeds.yaml")
    assert told.database_url == "postgresql://anyam@db.example.org/anyam"
    assert told.broker_url == "amqp://guest:guest@127.0.0.1:5672/"
    assert (told.secret_key, told.model) == ("long and random", "none")
    assert told.at == datetime(2021, 9, 19, 18, tzinfo=UTC)


def test_flags_win_over_the_environment() -> None:
    told = settings(
        config="mine.yaml", database="sqlite:///mine.db", ANYAM_CONFIG="x.yaml", ANYAM_DATABASE_URL="sqlite:///x.db"
    )
    assert (told.config_path, told.database_url) == (Path("mine.yaml"), "sqlite:///mine.db")


def test_a_wrong_variable_does_not_matter_where_the_flag_stands_for_it() -> None:
    assert settings(database="sqlite:///mine.db", ANYAM_DATABASE_URL="mysql://x").database_url == "sqlite:///mine.db"


def test_an_unknown_variable_brings_a_suggestion() -> None:
    assert problems(ANYAM_DATABSE_URL="sqlite:///x.db") == [
        "ANYAM_DATABSE_URL: unknown setting; did you mean ANYAM_DATABASE_URL?"
    ]
    (line,) = problems(ANYAM_ZZZ="1")
    assert line.startswith("ANYAM_ZZZ: unknown setting; expected one of ANYAM_CONFIG, ")


def test_variables_of_the_tests_are_ignored() -> None:
    assert settings(ANYAM_TEST_SHELL="dash", ANYAM_SHARED="/x", ANYAM_REQUIRE_SERVICES="1") == Settings()


def test_all_problems_come_at_once_and_show_no_password() -> None:
    lines = problems(
        ANYAM_DATABASE_URL="mysql://root:hunter2@db/x",
        ANYAM_BROKER_URL="redis://:hunter2@mq",
        ANYAM_AT="noon",
        ANYAM_X="1",
    )
    assert [line.split(":")[0] for line in lines] == [
        "ANYAM_X",
        "ANYAM_DATABASE_URL",
        "ANYAM_BROKER_URL",
        "ANYAM_AT",
    ]
    assert not any("hunter2" in line for line in lines)


@pytest.mark.parametrize("url", ["anyam.db", "sqlite:///", "postgres://x@y/z", "mysql://x"])
def test_an_address_of_no_database_names_the_flag_it_came_with(url: str) -> None:
    (line,) = problems(database=url)
    assert line.startswith("--database: no address of a database; expected sqlite:///FILE or postgresql://")


def test_what_may_hold_a_password_is_not_shown() -> None:
    told = settings(
        ANYAM_SECRET_KEY="hunter2",
        ANYAM_DATABASE_URL="postgresql://x:hunter2@y/z",
        ANYAM_BROKER_URL="amqp://x:hunter2@y/",
    )
    assert "hunter2" not in repr(told)
