"""The lexicon of concepts is well made, and one event gives the same concepts in twelve languages."""

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from babel import Locale

from aggregator.stories.concepts import concepts_of

ROOT = Path(__file__).parents[1]
LEXICON = ROOT / "aggregator" / "stories" / "concepts.tsv"
HEADLINES = ROOT / "tests" / "corpus" / "concepts.tsv"
LANGUAGES = ("id", "en", "ru", "ar", "es", "pt", "fr", "de", "it", "tr", "zh", "ja")
UNSPACED = {"zh", "ja"}
PHRASE = re.compile(r"[^\W_]+(?: [^\W_]+){0,3}|[^\W_]+\$")
COUNTRY_PHRASE = re.compile(r"!?[^\W_]+\$?(?: [^\W_]+\$?){0,3}|[A-Z]{2,4}\$")

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
    told = {concept: forms for concept, forms in lexicon()[language].items() if not concept.startswith("in-")}
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


@cache
def openings(word: str, language: str) -> frozenset[str]:
    """Give all that a word begins with and, with a "$" behind, the whole of it: as the lexicon writes its forms."""
    told = readings(word, language)
    return frozenset({one[:end] for one in told for end in range(1, len(one) + 1)} | {f"{one}$" for one in told})


@cache
def concepts(title: str, language: str) -> frozenset[str]:
    """The rule of the lexicon's head, written as plainly as can be."""
    title = folded(title, language)
    words = [openings(word, language) for word in re.findall(r"[^\W_]+", title)]
    found = set()
    for concept, parts in forms_of(language):
        starts = range(len(words) - len(parts) + 1)
        if language in UNSPACED:
            there = parts[0] in title
        else:
            there = any(all(part in words[at + i] for i, part in enumerate(parts)) for at in starts)
        if there:
            found.add(concept)
    return frozenset(found)


def test_every_row_is_whole():
    header, *rows = lines()
    assert header == ["concept", *LANGUAGES]
    assert len(rows) >= 600
    assert [row[0] for row in rows if len(row) != len(header) or not all(row)] == []
    assert [row[0] for row in rows if not re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*|in-[A-Z]{2}", row[0])] == []
    countries = [row[0] for row in rows if row[0].startswith("in-")]
    assert countries == sorted(countries) == [row[0] for row in rows[-len(countries) :]]
    assert {country[3:] for country in countries} <= set(Locale("en").territories)
    assert [name for name, count in Counter(row[0] for row in rows).items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_well_made(language):
    wrong = []
    for concept, forms in lexicon()[language].items():
        for form in forms:
            country = concept.startswith("in-")
            phrase, barred = COUNTRY_PHRASE if country else PHRASE, form.startswith("!") and country
            short = len(form.lstrip("!").rstrip("$")) < (2 if form.endswith("$") or language in UNSPACED else 3)
            well = language in UNSPACED or phrase.fullmatch(form)
            kept = country and form.isascii() and form.isupper()
            written = form if kept else unicodedata.normalize("NFKC", form).casefold()
            if (short and not barred) or not well or form != written:
                wrong.append((concept, form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_tells_one_concept(language):
    """Or a concept and the country it belongs to, as the White House."""
    owners = defaultdict(list)
    for concept, forms in lexicon()[language].items():
        for form in (form for form in forms if not form.startswith("!")):
            owners[folded(form, language), concept.startswith("in-")].append(concept)
    assert {form: own for form, own in owners.items() if len(own) > 1 and (language, form[0]) not in SHARED} == {}


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


CALLED = (
    ("US GB AE", "en", "US, UK and UAE sign; U.S. Navy waits"),
    ("US GB", "en", "White House calls Downing Street"),
    ("RU CN UA", "en", "Kremlin and Beijing talk about Kyiv"),
    ("DE FR NL", "en", "German, French and Dutch troops land"),
    ("PL LB AF", "en", "Polish aid for Lebanese and Afghan families"),
    ("GR CH IN", "en", "Greek, Swiss and Indian banks merge"),
    ("IR SY TR", "en", "Tehran, Damascus and Ankara reopen airports"),
    ("US GB", "id", "AS dan Inggris larang ekspor"),
    ("KR KP SA", "id", "Korsel, Korut, dan Arab Saudi berunding"),
    ("ID RU", "id", "Jakarta panggil duta besar Moskow"),
    ("US KP RU", "ru", "США и КНДР ответили РФ"),
    ("CN DE FR", "ru", "Китайские, немецкие и французские инвесторы"),
    ("US GB KR", "ru", "Американский и британский послы в Южной Корее"),
    ("RU AE", "ru", "Российские компании уходят из ОАЭ"),
    ("US RU", "ar", "الرئيس الأميركي يلتقي نظيره الروسي"),
    ("US SA", "ar", "وزير الخارجية الأمريكي يصل إلى الرياض"),
    ("DZ IR", "ar", "مصارع جزائري في طهران"),
    ("US DE FR", "es", "Empresas estadounidenses, alemanas y un banco francés"),
    ("US CN", "es", "EE. UU. y Pekín firman"),
    ("US GB", "pt", "EUA e britânicos anunciam sanções"),
    ("JP KR", "pt", "Navio japonês e avião sul-coreano"),
    ("US FR", "fr", "La Maison Blanche répond à l'Élysée"),
    ("GB NL", "fr", "Des avions britanniques et néerlandais"),
    ("US PL SE", "de", "US-Präsident empfängt polnische und schwedische Minister"),
    ("RU CH", "de", "Russische Konten in der Schweiz gesperrt"),
    ("US DE ES", "it", "Usa: ministri tedeschi e spagnoli a colloquio con gli USA"),
    ("CN RU", "it", "Pechino e il Cremlino"),
    ("US AE", "tr", "ABD'nin elçisi BAE'de"),
    ("GB RU", "tr", "İngiliz uçağı Moskova'da"),
    ("US AU", "zh", "美方与澳洲举行会谈"),
    ("US RU", "zh", "白宫批评克里姆林宫"),
    ("US GB AU", "ja", "米国と英国、豪州が協定"),
    ("FR DE", "ja", "仏大統領と独首相が会談"),
)


@pytest.mark.parametrize(("countries", "language", "title"), CALLED)
def test_a_country_is_known_by_what_news_calls_it(countries, language, title):
    assert {f"in-{code}" for code in countries.split()} - concepts_of(title, language) == set()


NOT_A_COUNTRY = (
    ("US", "en", "Tell us what you think"),
    ("US", "en", "TELL US WHAT YOU THINK"),
    ("US", "en", "Copa America opens; South American teams arrive"),
    ("GB", "en", "Wildfire spreads in British Columbia"),
    ("CL", "en", "Children chill in the shade"),
    ("IN", "en", "Court indicts three; signs indicate more"),
    ("FR", "en", "San Francisco Giants win franchise record"),
    ("NE", "en", "Nigeria plays Ghana"),
    ("US", "id", "Seperti as roda yang patah"),
    ("US", "id", "Gol telat menangkan AS Roma"),
    ("IN", "id", "Indikasi individu bermasalah"),
    ("TG", "ru", "Более того, дождь"),
    ("WS", "ru", "Самолет сел"),
    ("ML", "ar", "وزارة المالية"),
    ("CG", "es", "El Congreso aprueba la ley"),
    ("QA", "pt", "Catarina vence a prova"),
    ("FR", "fr", "Il faut franchir le pas"),
    ("NL", "de", "Bittere Niederlage zum Auftakt"),
    ("IN", "it", "Indietro tutta"),
    ("ML", "tr", "Maliye maliyeti hesapladı"),
    ("RU", "zh", "白俄罗斯队夺冠"),
    ("IN", "zh", "印度尼西亚发生地震"),
    ("TH", "ja", "新作のタイトルを発表"),
    ("IN", "ja", "インドネシアで地震"),
)


@pytest.mark.parametrize(("country", "language", "title"), NOT_A_COUNTRY)
def test_a_word_like_a_country_names_none(country, language, title):
    assert f"in-{country}" not in concepts_of(title, language)


def test_a_seat_of_government_is_itself_and_its_country():
    assert {"white-house", "in-US"} <= concepts_of("白宫发表声明", "zh") & concepts_of("White House says no", "en")


def test_what_is_not_meant_does_not_hide_what_is():
    assert "in-GB" in concepts_of("British minister visits British Columbia", "en")
    assert "in-RU" in concepts_of("俄罗斯与白俄罗斯签署协议", "zh")


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
