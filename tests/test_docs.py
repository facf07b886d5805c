"""README and docs/ say what is there, all of it and nothing else: commands, keys, variables, addresses, links."""

import re
import signal
from dataclasses import MISSING, fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import click
import databases
import documented
import making
import pytest
from documented import PAGES, ROOT, Block, anchors, page, sections, table

from aggregator import __version__, config
from aggregator.cli import anyam
from aggregator.config import rules, settings, values
from aggregator.errors import ConfigError
from aggregator.publish import channels, feeds
from aggregator.publish.documents import MEDIA_TYPES
from aggregator.publish.records import REFRESH
from aggregator.values import Coverage, Story
from web.app import create_app
from web.links import FORMATS

COMMANDS = {name: anyam.get_command(click.Context(anyam), name) for name in anyam.list_commands(click.Context(anyam))}
BLOCKS = {
    "site": values.Site,
    "fetch": values.Fetch,
    "publish": values.Publish,
    "web": values.Web,
    "sections": values.Section,
    "match": values.Match,
    "digest": values.Digest,
    "views": values.View,
    "sources": values.Source,
    "page": values.Page,
    "only and skip": values.Filter,
    "auth": values.Auth,
}
"""What stands under each heading of configuration.md."""
SETTLED = {
    "sections.language": "`site.language`",
    "sources.outlet": "the host of `url`",
    "sources.full_text": "pages `true`, feeds `false`",
    "sources.headers": "`{}`",
}
"""Defaults that no single value shows."""
UNUSED = {
    "publish.hubs": r"publish\.hubs\b",
    "web.trusted_proxies": r"\btrusted_proxies\b",
    "sections.digest": r"section\.digest\b|\bDigest\b",
    "ANYAM_BROKER_URL": r"\.broker_url\b",
    "ANYAM_SECRET_KEY": r"\.secret_key\b",
}
"""What docs call not used yet, with how code that uses it would look."""


# --- commands


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_heading_with_its_options_and_no_others(name: str) -> None:
    command = COMMANDS[name]
    assert command is not None
    told = table(sections(page("commands.md"))[f"anyam {name}"], "option")
    options = {option.opts[0]: option for option in command.params if isinstance(option, click.Option)}
    assert set(told) == set(options)
    for flag, option in options.items():
        if option.required:
            assert told[flag][0] == "required", flag
        elif option.show_default:
            assert told[flag][0] == f"`{option.default}`", flag
        else:
            assert told[flag][0] == "", flag


def test_every_heading_of_a_command_is_one() -> None:
    assert [title for title in sections(page("commands.md")) if title.startswith("anyam ")] == [
        f"anyam {name}" for name in COMMANDS
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_and_option_named_anywhere_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:`|\$ )(?:\.venv/bin/)?anyam ([a-z]+)((?: +--[a-z-]+)?)", text)
    for name, flag in named:
        command = COMMANDS.get(name)
        assert command is not None, name
        known = {opt for option in command.params for opt in option.opts}
        assert not flag or flag.strip() in known, (name, flag)


def test_the_exit_codes_and_the_version_are_those_of_the_code() -> None:
    main = (ROOT / "aggregator" / "cli" / "__init__.py").read_text(encoding="utf-8")
    codes = {int(code) for line in re.findall(r"sys\.exit\((.+)\)", main) for code in re.findall(r"\b\d+\b", line)}
    codes.add(128 + signal.SIGTERM)
    assert set(table(page("commands.md"), "exit code")) == {str(code) for code in codes}
    assert f"anyam, version {__version__}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Anyam/{__version__}" in page("operation.md")


def test_every_target_of_the_makefile_is_told_and_no_other() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    told = {name for path in PAGES for name in re.findall(r"(?:`|\$ )make ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert told == targets


# --- configuration


def shown(value: object) -> str:
    """Write a default as configuration.md does."""
    if value is None:
        return "`null`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple | frozenset):
        return "`[]`"
    return f"`{value}`"


@pytest.mark.parametrize("title", BLOCKS)
def test_a_block_has_its_keys_with_their_defaults_and_no_others(title: str) -> None:
    told = table(sections(page("configuration.md"))[title], "key")
    known = {field.name: field for field in fields(BLOCKS[title])}
    extra = {"section"} if title == "sources" else set()
    assert set(told) == set(known) | extra
    for key, (default, *_) in told.items():
        field = known.get(key)
        if f"{title}.{key}" in SETTLED:
            assert default == SETTLED[f"{title}.{key}"], key
        elif field is None or field.default is MISSING:
            assert default == "required", key
        elif is_dataclass(field.default):
            assert default == f"see [{key}](#{key})", key
        elif isinstance(field.default, float):
            assert rules.duration(default.strip("`")) == field.default, key
        else:
            assert default == shown(field.default), key


def test_every_block_of_the_file_has_its_heading() -> None:
    assert {field.name for field in fields(values.Config)} <= set(BLOCKS)
    nested = {"match", "digest", "page", "only and skip", "auth"}
    assert set(BLOCKS) - {field.name for field in fields(values.Config)} == nested


def test_every_environment_variable_is_told_and_no_other() -> None:
    assert list(table(page("configuration.md"), "variable")) == list(settings.KNOWN)
    used = {
        name
        for path in (ROOT / "tests").glob("*.py")
        if path.name != "test_settings.py"
        for name in re.findall(r"ANYAM_[A-Z_]+", path.read_text(encoding="utf-8"))
        if settings.IGNORED.fullmatch(name)
    }
    assert set(table(page("contributing.md"), "variable")) == used


def test_what_is_called_not_used_yet_is_not_used_and_nothing_else() -> None:
    text = sections(page("configuration.md"))
    called = {
        f"{title}.{key}"
        for title in BLOCKS
        for key, cells in table(text[title], "key").items()
        if "not used yet" in cells[-1].lower()
    }
    called |= {name for name, cells in table(page("configuration.md"), "variable").items() if "not used" in cells[-1]}
    called |= {"sections.digest"} if "*Not used yet*" in text["digest"] else set()
    assert called == set(UNUSED)
    files = [
        *(ROOT / "aggregator").rglob("*.py"),
        *(ROOT / "web").rglob("*.py"),
        *(ROOT / "web").rglob("*.html"),
    ]
    code = {path: path.read_text(encoding="utf-8") for path in files if path.parent.name != "config"}
    for name, pattern in UNUSED.items():
        users = [str(path.relative_to(ROOT)) for path, words in code.items() if re.search(pattern, words)]
        assert not users, f"{name} is used now, by {users}: tell what it does"


@pytest.mark.parametrize(
    "block", [block for path in PAGES for block in documented.blocks(path) if block.kind == "yaml"], ids=str
)
def test_a_configuration_shown_is_right_unless_it_shows_what_is_wrong(block: Block) -> None:
    if block.name.startswith("wrong"):
        with pytest.raises(ConfigError):
            config.read(block.text, name=block.name)
    else:
        assert config.read(block.text, name=block.name).sources


# --- HTTP


def test_every_route_is_told_and_no_other(tmp_path: Path) -> None:
    made = making.configured(("Kabar", "https://kabar.example/rss"))
    with databases.opened(databases.migrated_sqlite(tmp_path)) as store:
        rules_of_app = [rule.rule for rule in create_app(store, made).url_map.iter_rules()]
    routes = {rule.replace("<name>", "NAME") for rule in rules_of_app}
    routes = {re.sub(r"<name:\w+>", "ID", route) for route in routes}
    feeds_and_lists = {"/<feedpath:base>.<any(atom,rss,json):ending>", "/<any(feeds,sources):name>.opml"}
    assert feeds_and_lists <= routes
    told = table(page("http.md"), "path")
    assert {path for path in told if not path.endswith(".atom")} == routes - feeds_and_lists
    assert set(table(page("http.md"), "list")) == set(channels.lists(made))


def test_every_kind_of_feed_is_told_in_every_format_and_no_other() -> None:
    view = "views: [{id: v, title: V, section: dunia}]\n"
    made = making.configured(("Kabar", "https://kabar.example/rss"), extra=view)
    told_once = Coverage(1, "Kabar", "Kabar", "Feri tiba", None, "id", making.START)
    story = Story(
        *("s", "Feri tiba", "id", "", None, making.START, making.START, ("dunia",), "t", "Feri"),
        reports=(told_once,),
    )
    kinds = {re.sub(r"^(/\w+)/.+$", r"\1/ID", path) for path in channels.paths(story, ("dunia",), made)}
    assert {path for path in table(page("http.md"), "path") if path.endswith(".atom")} == {f"{k}.atom" for k in kinds}
    told = {ending.strip("."): cells[-1].strip("`") for ending, cells in table(page("http.md"), "ending").items()}
    assert told == {ending: media_type for ending, media_type, _ in FORMATS}
    assert all(MEDIA_TYPES[ending].startswith(media_type) for ending, media_type in told.items())


def test_the_limits_of_feeds_are_those_of_the_code() -> None:
    limits = feeds.LIMITS
    assert (limits.window, REFRESH) == (timedelta(hours=48), timedelta(hours=6))
    for name in ("http.md", "design.md"):
        assert f"at least {limits.least} and at most {limits.most}" in " ".join(page(name).split())


# --- the design


def test_every_room_of_the_engine_is_told_and_no_other() -> None:
    told = table(sections(page("design.md"))["The way"], "room")
    rooms = {
        path.stem
        for path in (ROOT / "aggregator").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert set(told) == rooms - {"__init__", "__main__", "values", "errors"}


def test_the_pure_rooms_are_those_that_lint_holds_to_it() -> None:
    lint = (ROOT / ".importlinter").read_text(encoding="utf-8")
    contract = lint.partition("[importlinter:contract:pure]")[2].partition("forbidden_modules")[0]
    told = sections(page("design.md"))["One-way rules"].partition("The pure rooms know")[2].partition("Values in")[0]
    assert set(re.findall(r"`(\w+)`", told)) == set(re.findall(r"aggregator\.(\w+)", contract))


# --- links


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    for target in documented.links(path.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), target
        assert not anchor or anchor in anchors(found.read_text(encoding="utf-8")), target


def test_readme_leads_to_every_page() -> None:
    told = documented.links((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {str(path.relative_to(ROOT)) for path in PAGES[1:]} <= {target.partition("#")[0] for target in told}
