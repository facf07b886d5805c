"""The lexicon of concepts is well made, and one event gives the same concepts in twelve languages."""

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from aggregator.stories.concepts import concepts_of

ROOT = Path(__file__).parents[1]
LEXICON = ROOT / "aggregator" / "stories" / "concepts.tsv"
HEADLINES = ROOT / "tests" / "corpus" / "concepts.tsv"
LANGUAGES = ("id", "en", "ru", "ar", "es", "pt", "fr", "de", "it", "tr", "zh", "ja")
UNSPACED = {"zh", "ja"}
PHRASE = re.compile(r"[^\W_]+(?: [^\W_]+){0,3}|[^\W_]+\$")

SHARED: dict[tuple[str, str], str] = {}
"""Forms that two concepts of one language may have, each with the reason. None is needed yet."""


def lines() -> list[list[str]]:
    text = LEXICON.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@cache
def lexicon() -> dict[str, dict[str, tuple[str, ...]]]:
    header, *rows = lines()
    return {
        language: {row[0]: tuple(row[at].split("|")) for row in rows if row[at] != "-"}
        for at, language in enumerate(header)
        if at
    }


@cache
def forms_of(language: str) -> list[tuple[str, list[str]]]:
    told = lexicon()[language]
    return [(concept, folded(form, language).split(" ")) for concept, forms in told.items() for form in forms]


def folded(text: str, language: str) -> str:
    if language == "tr":
        text = text.replace("İ", "i").replace("I", "ı")
    text = unicodedata.normalize("NFKC", text).casefold()
    if language == "ru":
        text = text.replace("ё", "е")
    return re.sub("[أإآ]", "ا", text) if language == "ar" else text


@cache
def readings(word: str, language: str) -> frozenset[str]:
    """Give a word as it stands and, in Arabic, without what may be attached before it."""
    found = {word}
    if language == "ar":
        for first, second in product(("", "و", "ف"), ("", "ب", "ك", "ل", "ال", "بال", "كال", "لل")):
            if word.startswith(first + second) and len(word) - len(first + second) > 2:
                found.add(word.removeprefix(first + second))
    return frozenset(found)


def begins(form: str, word: str, language: str) -> bool:
    return any(
        reading == form[:-1] if form.endswith("$") else reading.startswith(form) for reading in readings(word, language)
    )


def concepts(title: str, language: str) -> set[str]:
    """The rule of the lexicon's head, written as plainly as can be."""
    title = folded(title, language)
    words = re.findall(r"[^\W_]+", title)
    found = set()
    for concept, parts in forms_of(language):
        starts = range(len(words) - len(parts) + 1)
        if language in UNSPACED:
            there = parts[0] in title
        else:
            there = any(all(begins(part, words[at + i], language) for i, part in enumerate(parts)) for at in starts)
        if there:
            found.add(concept)
    return found


def test_every_row_is_whole():
    header, *rows = lines()
    assert header == ["concept", *LANGUAGES]
    assert len(rows) >= 600
    assert [row[0] for row in rows if len(row) != len(header) or not all(row)] == []
    assert [row[0] for row in rows if not re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", row[0])] == []
    assert [name for name, count in Counter(row[0] for row in rows).items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_well_made(language):
    wrong = []
    for concept, forms in lexicon()[language].items():
        for form in forms:
            short = len(form.rstrip("$")) < (2 if form.endswith("$") or language in UNSPACED else 3)
            well = language in UNSPACED or PHRASE.fullmatch(form)
            if short or not well or form != unicodedata.normalize("NFKC", form).casefold():
                wrong.append((concept, form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_tells_one_concept(language):
    owners = defaultdict(list)
    for concept, forms in lexicon()[language].items():
        for form in forms:
            owners[folded(form, language)].append(concept)
    assert {form: own for form, own in owners.items() if len(own) > 1 and (language, form) not in SHARED} == {}


def headlines() -> list[tuple[str, str, str]]:
    rows = (line.split("\t") for line in HEADLINES.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return [(expected, language, title) for expected, language, title in rows]


@pytest.mark.parametrize(
    ("expected", "language", "title"),
    [pytest.param(*row, id=f"{row[1]}-{row[0].replace(' ', '-')}") for row in headlines()],
)
def test_a_headline_tells_its_concepts(expected, language, title):
    assert set(expected.split()) - concepts(title, language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_engine_reads_the_lexicon_by_its_rule(language):
    titles = [title for _, spoken, title in headlines() if spoken == language]
    assert len(titles) > 20
    for title in titles:
        assert {one for one in concepts_of(title, language) if not one.startswith("in-")} == concepts(title, language)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("id", "Suriah dan Korea Selatan membuka hubungan"),
        ("en", "Syrian envoy lands in South Korea"),
        ("ru", "Власти Сирии и Республика Корея договорились"),
        ("ar", "سوريا توقع مع كوريا الجنوبية"),
        ("es", "Siria y Corea del Sur abren embajadas"),
        ("zh", "叙利亚与韩国建交"),
        ("tr", "Suriye ile Güney Kore anlaştı"),
    ],
)
def test_a_country_is_one_concept_in_every_language(language, title):
    assert {"in-SY", "in-KR"} <= concepts_of(title, language)


def test_a_short_name_of_a_country_stands_alone():
    assert "in-SO" not in concepts_of("صوم رمضان", "ar") and "in-SO" in concepts_of("الصومال", "ar")
    assert "in-TD" not in concepts_of("Чадо вернулось домой", "ru") and "in-TD" in concepts_of("Чад", "ru")


def test_a_language_without_forms_tells_nothing():
    assert concepts_of("Potres v Sloveniji", "sl") == concepts_of("Gempa", "") == set()


FALSE_FRIENDS = (
    ("en", "He was warned of a golden opportunity", "war"),
    ("en", "An investigator looks at the papers", "investment"),
    ("id", "Golongan menengah makin hemat", "goal"),
    ("ru", "Судьба старого парка решена", "trial"),
    ("es", "La paciencia del vecino", "peace-deal"),
    ("pt", "Golpes de sorte", "goal"),
    ("fr", "La découverte de la butte", "goal"),
    ("de", "Ein Hundertjähriger erzählt", "dog"),
    ("it", "Un meccanico in bicicletta", "pilgrimage-hajj"),
    ("tr", "Dağıtım gecikti", "mountain"),
    ("ar", "سلامة المرور", "peace-deal"),
    ("ar", "وسائل الإعلام", "flag"),
    ("es", "Sin embargo, llueve", "embargo"),
    ("fr", "Rendez-vous le 3 mars", "mars"),
    ("it", "Grazie ai vicini", "artificial-intelligence"),
    ("ja", "福島で桜が満開", "island"),
)


@pytest.mark.parametrize(("language", "title", "concept"), FALSE_FRIENDS)
def test_a_false_friend_tells_nothing(language, title, concept):
    assert concept not in concepts(title, language)
