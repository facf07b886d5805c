"""The catalogues are whole and used, voices speak as their languages do, and no word of Anyam's own is a literal."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from aggregator.messages import LANGUAGES, direction, mark, reasons, speak
from aggregator.messages.catalogue import FOLDER
from aggregator.values import Reason

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path
    for folder in ("aggregator/messages", "aggregator/publish", "aggregator/demo", "web")
    for path in (ROOT / folder).rglob("*.py")
    if "static" not in path.parts
)
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.*"))

SAYING = {"text", "_", "gettext", "mark"}
COUNTING = {"count", "ngettext"}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical", "log"}

NOT_OURS: dict[str, str] = {
    "Anyam": "the name itself",
    "Atom": "a format's name",
    "JSON Feed": "a format's name",
    "RSS": "a format's name",
}
"""Literal texts that need no catalogue, with the reason."""

NOT_SAID: dict[str, str] = {
    "aggregator/demo/feeds.py": "speaks as the servers of invented outlets do, the broken one among them",
}
"""Modules whose strings no reader sees as Anyam's words, with the reason."""

WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
LETTERS = re.compile(r"[^\W\d_]{2,}")
NOON = datetime(2024, 12, 12, 12, 30, tzinfo=UTC)


def catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


# --- the catalogues --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_what_english_holds_sorted_and_translated(language: str) -> None:
    own = [ids(message) for message in messages(language)]
    assert own == [ids(message) for message in messages("en")]
    assert own == sorted(own), "keep the messages sorted by msgid"
    assert not [ids(m) for m in messages(language) if not all(forms(m)) or m.fuzzy]


def test_english_words_are_the_msgids() -> None:
    assert [forms(message) for message in messages("en")] == [ids(message) for message in messages("en")]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_words_were_left_in_english(language: str) -> None:
    same = [ids(m)[0] for m in messages(language) if forms(m)[0] == ids(m)[0] and LETTERS.search(ids(m)[0])]
    assert set(same) <= {"Atom", "JSON Feed", "RSS", "OPML", "Feed", "Anyam"}


@pytest.mark.parametrize(("language", "plurals"), [("ar", 6), ("en", 2), ("id", 1), ("ru", 3)])
def test_plural_forms_are_complete(language: str, plurals: int) -> None:
    assert catalogue(language).num_plurals == plurals
    for message in messages(language):
        assert len(forms(message)) == (plurals if message.pluralizable else 1), ids(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_msgid(language: str) -> None:
    which = speak(language)._catalogue.plural  # type: ignore[attr-defined]
    for message in messages(language):
        wanted = places(ids(message)[-1])
        for index, form in enumerate(forms(message)):
            # A form for one number alone may say it in words, as Arabic does for none, one and two.
            numbers = [n for n in range(1000) if which(n) == index] if message.pluralizable else []
            spare = {"n"} if len(numbers) == 1 else set()
            assert wanted - spare <= places(form) <= wanted, (ids(message), form)


# --- the voices ------------------------------------------------------------------------------------------------------


def test_count_takes_the_form_of_the_number() -> None:
    def say(language: str, n: int) -> str:
        return speak(language).count("Reported by {n} outlet", "Reported by {n} outlets", n)

    assert [say("ru", n) for n in (1, 3, 11, 21)] == [
        "Сообщает 1 издание",
        "Сообщают 3 издания",
        "Сообщают 11 изданий",
        "Сообщает 21 издание",
    ]
    assert [say("ar", n) for n in (1, 2, 3, 11)] == [
        "أوردته وسيلة إعلام واحدة",
        "أوردته وسيلتا إعلام",
        "أوردته 3 وسائل إعلام",
        "أوردته 11 وسيلة إعلام",
    ]
    more = ("and {n} more report", "and {n} more reports")
    assert [speak("ru").count(*more, n) for n in (1, 2, 5, 21)] == [
        "и ещё 1 сообщение", "и ещё 2 сообщения", "и ещё 5 сообщений", "и ещё 21 сообщение",
    ]  # fmt: skip
    assert [speak("ar").count(*more, n) for n in (1, 2, 3, 11, 100)] == [
        "وتقرير آخر", "وتقريران آخران", "و3 تقارير أخرى", "و11 تقريرًا آخر", "و100 تقرير آخر",
    ]  # fmt: skip
    assert say("id", 1200) == "Dilaporkan oleh 1.200 media"


@pytest.mark.parametrize(
    ("asked", "spoken"), [("id", "id"), ("id-ID", "id"), ("ru_RU", "ru"), ("EN", "en"), ("de", "en"), ("", "en")]
)
def test_an_unknown_language_falls_back(asked: str, spoken: str) -> None:
    assert speak(asked).language == spoken
    assert speak(asked).text("Untitled story") == speak(spoken).text("Untitled story")


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("id", "12 Desember 2024", "12 Des 2024 19.30 WIB"),
        ("en", "December 12, 2024", "Dec 12, 2024, 7:30\u202fPM GMT+07:00"),
        ("ru", "12 декабря 2024\u202fг.", "12 дек. 2024\u202fг., 19:30 GMT+07:00"),
        ("ar", "12 ديسمبر 2024", "12 ديسمبر 2024، 7:30 م غرينتش+07:00"),
    ],
)
def test_dates_are_written_as_the_language_does(language: str, day: str, moment: str) -> None:
    def plain(words: str) -> str:  # CLDR's spaces vary from release to release
        return " ".join(words.split())

    assert plain(speak(language).date(NOON, "Asia/Jakarta")) == plain(day)
    assert plain(speak(language).datetime(NOON, "Asia/Jakarta")) == plain(moment)


def test_a_date_is_that_of_the_time_zone() -> None:
    late = datetime(2024, 12, 12, 18, 0, tzinfo=UTC)
    assert speak("id").date(late, "Asia/Jakarta") == "13 Desember 2024"
    assert speak("id").time(late, "Asia/Jakarta") == "01.00"


def test_lists_and_numbers() -> None:
    assert speak("en").list(["a", "b", "c"]) == "a, b, and c"
    assert speak("ru").list(["а", "б"]) == "а и б"
    assert speak("ar").number(1234) == "1,234"
    assert speak("ru").percent(0.934).split() == ["93", "%"]


@pytest.mark.parametrize(
    ("language", "spans"),
    [
        ("id", ["0 detik", "15 menit", "1 jam dan 30 menit", "2 hari dan 3 jam"]),
        ("en", ["0 seconds", "15 minutes", "1 hour and 30 minutes", "2 days and 3 hours"]),
        ("ru", ["0 секунд", "15 минут", "1 час и 30 минут", "2 дня и 3 часа"]),
        ("ar", ["0 ثانية", "15 دقيقة", "ساعة و30 دقيقة", "يومان و3 ساعات"]),
    ],
)
def test_spans_name_their_two_largest_units(language: str, spans: list[str]) -> None:
    assert [speak(language).span(seconds) for seconds in (0.4, 900, 5400, 183_659)] == spans


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason("gone"), "its host said that it has ended: it is asked no more"),
        (Reason("failed-again", 3), "its last 3 visits failed"),
        (Reason("max-age", 5400), "its answer may be kept for 1 hour and 30 minutes"),
        (Reason("max-age", 60, limit=900), "its answer may be kept for 1 minute; the shortest is 15 minutes"),
        (Reason("ttl", 172_800, limit=86_400), "its document asks for 2 days between visits; the longest is 1 day"),
        (
            Reason("quiet", 3600, skips=True),
            "its own pace, 1 hour: it brought nothing, and its document asks us to keep away until then",
        ),
        (Reason("brought", 3207), "its own pace, about 53 minutes: it brought something"),
        (Reason("quiet", 11_111), "its own pace, about 3 hours: it brought nothing"),
        (
            Reason("quiet", 1812, limit=900),
            "its own pace, about 30 minutes: it brought nothing; the longest is 15 minutes",
        ),
        (Reason("it failed 3 times {in} a row"), "it failed 3 times {in} a row"),
    ],
)
def test_reasons_have_words(reason: Reason, words: str) -> None:
    assert reasons.say(speak("en"), reason) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_said_in_every_language(language: str) -> None:
    said = [reasons.say(speak(language), Reason(code, 7200, 3600, skips=True)) for code in reasons.WORDS]
    assert len(set(said)) == len(said) and not any("{" in words for words in said)


def test_languages_have_names_and_directions() -> None:
    assert [speak("id").language_name(code) for code in ("en", "ru-RU", "xx")] == ["Inggris", "Rusia (Rusia)", "xx"]
    assert [speak(code).direction for code in ("id", "ar")] == ["ltr", "rtl"]
    assert [direction(code) for code in ("fa", "ur-PK", "ru", None, "../x")] == ["rtl", "rtl", "ltr", "auto", "auto"]


# --- what is said in code and templates ------------------------------------------------------------------------------


def said_in(module: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            found = _said(_callee(node.func), [a.value if isinstance(a, ast.Constant) else None for a in node.args])
            if found:
                yield found


def said_on(template: Path) -> Iterator[tuple[str, ...]]:
    for call in Environment(autoescape=True).parse(template.read_text("utf-8")).find_all(nodes.Call):
        name = getattr(call.node, "name", None) or getattr(call.node, "attr", "")
        found = _said(name, [a.value if isinstance(a, nodes.Const) else None for a in call.args])
        if found:
            yield found


def _callee(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _said(name: str, arguments: list[object]) -> tuple[str, ...] | None:
    if name in SAYING and arguments and isinstance(arguments[0], str):
        return (arguments[0],)
    if name in COUNTING and len(arguments) >= 3 and isinstance(arguments[0], str) and isinstance(arguments[1], str):
        return (arguments[0], arguments[1])
    return None


def test_every_message_said_is_in_the_catalogues_and_every_other_gone() -> None:
    said = {one for module in MODULES for one in said_in(module)}
    said |= {one for template in TEMPLATES for one in said_on(template)}
    known = {ids(message) for message in messages("en")}
    assert said - known == set(), "add these to the four catalogues"
    assert known - said == set(), "nobody says these: take them out of the four catalogues"


def test_mark_gives_the_words_back() -> None:
    assert mark("Untitled story") == "Untitled story"


# --- literals --------------------------------------------------------------------------------------------------------


class Literals(HTMLParser):
    """Collects texts and readable attributes that hold letters, from HTML without its Jinja parts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        meta = {"content"} if dict(attrs).get("name") == "description" else set()
        for name, value in attrs:
            if name in {"title", "aria-label", "alt", "placeholder", "aria-description", "label"} | meta:
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data)

    def _note(self, words: str) -> None:
        if LETTERS.search(words) and words.strip() not in NOT_OURS:
            self.found.append(words.strip())


def literals_on(source: str) -> list[str]:
    environment, parser = Environment(autoescape=True), Literals()
    markup = ""
    for _, kind, words in environment.lex(source):
        stand_in = "x" if markup.endswith(("<", "</")) else "0"  # the name of an element may be a variable
        markup += {"data": words, "variable_end": stand_in, "block_end": " "}.get(kind, "")
    parser.feed(markup)
    parser.close()
    tree = environment.parse(source)
    said = {id(inner) for call in tree.find_all(nodes.Call) if _says(call) for inner in call.args}
    loose = [const.value for const in tree.find_all(nodes.Const) if id(const) not in said]
    return parser.found + [w for w in loose if isinstance(w, str) and WORDS.search(bare(w)) and w not in NOT_OURS]


def _says(call: nodes.Call) -> bool:
    return (getattr(call.node, "name", None) or getattr(call.node, "attr", "")) in SAYING | COUNTING


def literals_in(source: str) -> list[str]:
    tree = ast.parse(source)
    excused: set[int] = set()
    for node in ast.walk(tree):
        quiet = (
            isinstance(node, ast.Raise | ast.Assert)
            or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            or (isinstance(node, ast.Call) and _is_no_words(_callee(node.func)))
        )
        if quiet:
            excused.update(id(inner) for inner in ast.walk(node))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in excused
        and WORDS.search(bare(node.value))
        and node.value not in NOT_OURS
    ]


def _is_no_words(callee: str) -> bool:
    return callee in SAYING | COUNTING | LOGGING or callee.endswith("Error")


def bare(words: str) -> str:
    """Take the tags out of a piece of HTML, also one that is cut within a tag."""
    return re.sub(r"<[^<>]*>|^[^<>]*>|<[^<>]*$", " ", words)


def test_no_template_holds_words() -> None:
    found = {t.name: literals_on(t.read_text("utf-8")) for t in TEMPLATES}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_module_holds_words() -> None:
    names = {module: module.relative_to(ROOT).as_posix() for module in MODULES}
    found = {names[m]: literals_in(m.read_text("utf-8")) for m in MODULES if names[m] not in NOT_SAID}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Latest news</p>",
        '<a href="/" title="Home page">{{ _("Topic") }}</a>',
        '<img alt="A picture" src="{{ url }}">',
        '<p>{{ "Hello there" }}</p>',
        '<meta name="description" content="All the news">',
    ],
)
def test_words_on_a_template_are_found(source: str) -> None:
    assert literals_on(source)


def test_what_is_no_words_of_ours_on_a_template_is_let_through() -> None:
    source = (
        '{# a note #}<p class="big lead">{{ _("Untitled story") }} · {{ story.title }}</p><script>let a = 1</script>'
    )
    assert literals_on(source) == []


@pytest.mark.parametrize("source", ['x = "two words"', 'f(f"{n} more stories")', 'page(title="Not found")'])
def test_words_in_a_module_are_found(source: str) -> None:
    assert literals_in(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Two words."""',
        'raise ValueError("two words")',
        'log.info("two words")',
        'voice.text("two words")',
        "f'<p class=\"two words\">{x}</p>'",
        'header = "public, max-age=900"',
    ],
)
def test_what_no_reader_reads_in_a_module_is_let_through(source: str) -> None:
    assert literals_in(source) == []
