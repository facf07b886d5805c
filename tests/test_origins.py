"""Origins: whom a report names as the one who reported it first, in twelve languages."""

import json
import sys
import time
from collections import Counter
from pathlib import Path

import making
import pytest

from aggregator.origins import COUNTED, names, of_copy, of_story, own, phrases, read
from aggregator.stories.stopwords import STOPWORDS
from aggregator.values import Origin, Report

CORPUS = Path(__file__).parent / "corpus" / "origins.tsv"
MARKS = {"relay": "~", "official": "!", "own": "="}


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in CORPUS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        (language, names, text.replace("⏎", "\n")) for language, names, text in (line.split("\t") for line in lines)
    ]


def report(text: str, *, language: str | None = "en", outlet: str = "pantau.com", **fields: object) -> Report:
    said = {"entry": 1, "url": None, "title": "", "summary": text, "content": "", "published_at": None} | fields
    return Report(outlet=outlet, language=language, **said)  # type: ignore[arg-type]


def told(origins: tuple[Origin, ...]) -> str:
    """Write origins as the table does."""

    def word(one: Origin) -> str:
        if one.kind == "own":
            return "="
        return ("" if one.certainty >= COUNTED else "?") + MARKS.get(one.kind, "") + one.name

    return ",".join(word(one) for one in origins) or "-"


@pytest.mark.parametrize(("language", "names", "text"), rows(), ids=[f"{at}" for at in range(len(rows()))])
def test_a_text_names_its_origins(language: str, names: str, text: str) -> None:
    origins = read(report(text, language=language))
    assert told(origins) == names
    assert all(one.evidence in text and one.evidence for one in origins)


def test_every_language_has_its_share() -> None:
    assert all(count >= 15 for count in Counter(language for language, _, _ in rows()).values())
    assert len({language for language, _, _ in rows()}) == 12


@pytest.mark.shared
def test_the_article_that_the_project_started_from(shared: Path) -> None:
    text = (shared / "seed-article.txt").read_text(encoding="utf-8")
    origins = read(report(text, language="id"))
    assert told(origins) == "Interfax,?Reuters,?!Kementerian Luar Negeri"
    assert [one.evidence for one in origins[:2]] == [
        "sebagaimana dilaporkan kantor berita Interfax",
        "mengutip Reuters",
    ]


# --- beside the text


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"title": "Reuters: Talks to resume on Monday"}, "Reuters"),
        ({"title": "Talks to resume on Monday - The New York Times"}, "The New York Times"),
        ({"title": "AP police arrest two in Guntur"}, "-"),
        ({"authors": ("Associated Press",)}, "AP"),
        ({"authors": ("Jane Sample | AFP",)}, "AFP"),
        ({"authors": ("Jane Sample",)}, "-"),
        ({"via_name": "Reuters", "via_url": "https://www.reuters.com/world/"}, "Reuters"),
        ({"via_name": "Pantau", "via_url": "https://pantau.com/rss"}, "-"),
        ({"url": "https://www.reuters.com/world/a-report-of-today"}, "Reuters"),
        ({"url": "http://[broken", "via_url": "http://[broken"}, "-"),
        ({"content": '<p>More <a href="https://apnews.com/article/of-today-12">here</a>.</p>'}, "?AP"),
        ({"content": '<p>See <a href="https://apnews.com/">AP</a>.</p>'}, "-"),
        ({"content": "<figure><figcaption>Reuters</figcaption></figure><p>Shops are open again.</p>"}, "-"),
        ({"content": "<p>Shops are open again.</p><p>dpa/afp</p>", "language": "de"}, "dpa,AFP"),
    ],
    ids=str,
)
def test_fields_and_links_name_origins(fields: dict[str, object], names: str) -> None:
    assert told(read(report(str(fields.pop("summary", "")), **fields))) == names  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outlet", "text", "kinds"),
    [
        ("interfax.ru", "Москва. 12 декабря. INTERFAX.RU - Делегация прибыла утром.", "own"),
        ("interfax.ru", "Делегация прибыла утром.", "own"),
        ("interfax.ru", "Банк готовит сделку, пишет газета «Ведомости». Других данных нет.", "outlet,relay"),
        ("kompas.com", "JAKARTA, KOMPAS.com - Harga beras turun.", "own"),
        ("kompas.com", "Harga beras turun.", ""),
        ("Enab Baladi", "Bread is scarce, two bakers told Enab Baladi.", "own"),
    ],
    ids=str,
)
def test_an_outlet_is_the_origin_of_what_it_found_out(outlet: str, text: str, kinds: str) -> None:
    origins = read(report(text, outlet=outlet, language={"interfax.ru": "ru", "kompas.com": "id"}.get(outlet, "en")))
    assert ",".join(one.kind for one in origins) == kinds


def test_its_own_dateline_alone_is_not_enough() -> None:
    text = "JAKARTA, KOMPAS.com - Harga beras turun."
    (alone,) = read(report(text, outlet="kompas.com", language="id"))
    (signed,) = read(report(text, outlet="kompas.com", language="id", authors=("Ani Contoh",)))
    assert alone.certainty < COUNTED <= signed.certainty
    assert [one.name for one in (own("interfax.ru"), own("kompas.com")) if one] == ["Interfax"]


# --- a Story


def origin(name: str, *, kind: str = "agency", certainty: float = 0.9) -> Origin:
    return Origin(name, kind, "", certainty)  # type: ignore[arg-type]


def counts(origins: dict[int, tuple[Origin, ...]], copies: dict[int, int] | None = None) -> str:
    at = {entry: making.at(entry) for entry in origins}
    return ", ".join(f"{one.name} ({one.reports})" for one in of_story(origins, copies=copies or {}, at=at))


def test_a_story_counts_its_reports_by_origin() -> None:
    interfax, afp = origin("Interfax"), origin("AFP")
    origins = dict.fromkeys(range(6), (interfax,)) | dict.fromkeys((6, 7), (afp, interfax))
    origins[8] = (origin("Enab Baladi", kind="own"),)
    assert counts(origins) == "Interfax (6), AFP (2), Enab Baladi (1)"


@pytest.mark.parametrize(
    ("origins", "copies", "expected"),
    [
        ({1: (origin("AFP"),), 2: ()}, {2: 1}, "AFP (2)"),
        ({1: (), 2: (origin("AFP"),)}, {2: 1}, "AFP (2)"),
        ({1: (), 2: (origin("Pantau", kind="own"),)}, {2: 1}, ""),
        ({1: (origin("AFP"),), 2: (origin("Pantau", kind="own"),)}, {2: 1}, "AFP (2)"),
        ({1: (origin("AFP", certainty=0.55),)}, {}, ""),
        ({1: (origin("Interfax"), origin("Reuters", kind="relay"))}, {}, "Interfax (1)"),
        ({1: (origin("Reuters", kind="relay"),)}, {}, ""),
        ({1: (origin("Interfax", kind="own"),), 2: (origin("Interfax"),)}, {}, "Interfax (2)"),
        ({1: (origin("AFP"),), 2: (), 3: ()}, {3: 2, 2: 1}, "AFP (3)"),
        ({2: (origin("AFP"),)}, {2: 1}, "AFP (1)"),
    ],
    ids=str,
)
def test_neither_copies_nor_relays_nor_guesses_are_origins(
    origins: dict[int, tuple[Origin, ...]], copies: dict[int, int], expected: str
) -> None:
    assert counts(origins, copies) == expected


@pytest.mark.parametrize(
    ("mine", "original", "expected"),
    [
        ((), (origin("AFP"),), "AFP"),
        ((origin("Antara"),), (origin("AFP"),), "Antara"),
        ((origin("Pantau", kind="own"),), (origin("AFP"),), "AFP"),
        ((origin("AFP", kind="own"),), (origin("AFP"),), "="),
        ((), (origin("AFP", kind="own"),), "AFP"),
        ((origin("Antara", certainty=0.5),), (origin("AFP"), origin("dpa", kind="relay")), "AFP,~dpa,?Antara"),
        ((origin("Antara", certainty=0.5),), (), "?Antara"),
    ],
    ids=str,
)
def test_a_copy_that_names_nobody_has_its_originals_origins(
    mine: tuple[Origin, ...], original: tuple[Origin, ...], expected: str
) -> None:
    assert told(of_copy(mine, original)) == expected


# --- the data


def test_no_spelling_is_two_agencies() -> None:
    seen: dict[str, str] = {}
    for rows_ in names.table("agencies.toml").values():
        for id, row in rows_.items():
            assert set(row) <= {"name", "names", "codes", "domains"}, id
            for spelling in {names.fold(word) for key in ("names", "codes", "domains") for word in row.get(key, ())}:
                assert seen.setdefault(spelling, id) == id, spelling
    assert len(names.table("agencies.toml")["agency"]) >= 60


def test_no_name_is_a_common_word() -> None:
    """Names count wherever a phrase stands beside them: they are long, or no word of a dictionary in their spelling."""
    spelt = {one for one, (_, is_code) in names.everyone().items() if not is_code and not one.isupper()}
    assert not {word for spelling in spelt if (word := spelling.casefold()) in STOPWORDS}
    assert not spelt & {
        "Bild",
        "Mehr",
        "Trend",
        "Tempo",
        "Times",
        "Sun",
        "Sabah",
        "Antara",
        "Spiegel",
        "Fars",
        "AP",
        "AA",
    }
    assert all(len(spelling) > 3 for spelling in spelt if names.script(spelling) != "han")


@pytest.mark.parametrize("language", ["id", "en", "ru", "ar", "es", "pt", "fr", "de", "it", "tr", "zh", "ja"])
def test_every_template_compiles(language: str) -> None:
    assert phrases.grammars(language, {"ru": "да", "ar": "نعم", "zh": "是", "ja": "はい"}.get(language, "abc"))


# --- time


@pytest.mark.parametrize(
    "text",
    ["Reuters said AFP ", "(Reuters ", "reported ", "'", "<figure>", "[ ( / ", ". . . ", "据", "в интервью ", "- "],
)
@pytest.mark.parametrize("field", ["summary", "content"])
def test_a_hundred_thousand_letters_take_no_second(text: str, field: str) -> None:
    long = report("", language=None, **{field: (text * 100_000)[:100_000] + "Reuters"})
    read(long)
    started = time.process_time()
    read(long)
    assert time.process_time() - started < 1


def test_a_report_costs_about_a_millisecond() -> None:
    """Five hundred words with five names in them took 0.7 ms; the bound leaves room for a busy machine."""
    said = [text for language, names_, text in rows() if language == "en" and names_ != "-"][:5]
    filler = "Shops in the old city opened on Friday, and people stood in line for bread until noon. " * 5
    one = report("\n".join(f"{filler}{text}" for text in said))
    read(one)
    started = time.process_time()
    for _ in range(20):
        read(one)
    assert (time.process_time() - started) / 20 < 0.02


# --- the labelled set


def test_names_of_the_labelled_set() -> None:
    """Names found against those labelled; a Copy's label may be its original's, which its text does not tell."""
    found = right = wanted = 0
    for line in (Path(__file__).parent / "quality" / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = {_known(name) for name in row["origins"]}
        sure = [
            one for one in read(_article(row)) if one.certainty >= COUNTED and one.kind not in ("relay", "official")
        ]
        said = {one.name for one in sure if gold or one.kind != "own"}
        if row.get("copy_of"):
            gold &= said
        found, right, wanted = found + len(said), right + len(said & gold), wanted + len(gold)
    measured = f"precision {right / found:.3f}, recall {right / wanted:.3f} of {wanted} names"
    sys.stdout.write(f"{measured}\n")
    assert right / found >= 0.95, measured
    assert right / wanted >= 0.9, measured


def _known(name: str) -> str:
    one = names.known(name)
    return one.name if one else name


def _article(row: dict[str, str]) -> Report:
    return report(row["text"], title=row["title"], language=row["lang"], outlet=row["source"])  # type: ignore[arg-type]
