"""Languages: declared tags made one, and texts told apart among the languages of the site."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aggregator.normalize import language

SITE = ("id", "en", "ru", "ar")


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-US", "en"),
        ("ID", "id"),
        ("in", "id"),
        ("iw_IL", "he"),
        ("zh-Hans-CN", "zh"),
        ("und", None),
        ("", None),
        (None, None),
        ("Bahasa Indonesia", None),
        ("english", None),
        ("e", None),
        ("en-", None),
    ],
)
def test_primary(tag: str | None, code: str | None) -> None:
    assert language.primary(tag) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Presiden bertemu para menteri untuk membahas harga beras", "id"),
        ("The president met his ministers to discuss the price of rice", "en"),
        ("Президент встретился с министрами", "ru"),
        ("الرئيس", "ar"),
        ("Le président a rencontré ses ministres pour discuter du prix du riz", None),
        ("Syria", None),
        ("東京ニュース", "ja"),
        ("Паляниця і борщ: українська кухня підкорює світові столиці", None),
        ("12345 !!", None),
        ("", None),
    ],
)
def test_detect_among_the_languages_of_the_site(text: str, code: str | None) -> None:
    assert language.detect(text, languages=SITE) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Президент встретился с министрами в Кремле", "ru"),
        ("Президент зустрівся з міністрами в Києві", "uk"),
        ("Сирия", None),
        ("الرئيس يلتقي الوزراء في دمشق لبحث أسعار الخبز", "ar"),
        ("رئیس جمهور با وزیران خود درباره قیمت نان گفتگو کرد", "fa"),
        ("الرئيس", None),
        ("서울", "ko"),
        ("Αθήνα", "el"),
        ("Le président a rencontré ses ministres pour discuter du prix du riz", None),
        ("Presiden bertemu para menteri untuk membahas harga beras", None),
        ("The president met his ministers to discuss the price of rice", "en"),
    ],
)
def test_a_script_in_which_the_site_writes_nothing_may_hold_any_language(text: str, code: str | None) -> None:
    assert language.detect(text, languages=("en",)) == code


def test_a_site_that_writes_no_latin_letters_tells_the_languages_that_others_write_in_them() -> None:
    told = language.detect("Le président a rencontré ses ministres pour discuter du prix du riz", languages=("ar",))
    assert told == "fr"
    assert language.detect("The president met his ministers to discuss the price of rice", languages=("ru",)) == "en"
    assert language.detect("Syria rebels", languages=("ru",)) is None


FEWEST = 0.97
"""The least share of the headlines with a language that have the right one."""


@pytest.mark.shared
@pytest.mark.parametrize("site", [("en",), ("ru",), ("ar",), SITE, ()], ids=str)
def test_of_real_headlines_hardly_any_is_given_a_wrong_language(shared: Path, site: tuple[str, ...]) -> None:
    lines = (shared / "stories" / "og2021.dev.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = (shared / "stories" / "tgcontest-pairs.jsonl").read_text(encoding="utf-8").splitlines()
    told = [(row["lang"], row["title"]) for row in map(json.loads, lines)]
    told += [(row["lang"], row[title]) for row in map(json.loads, pairs) for title in ("a_title", "b_title")]
    found = [(code, language.detect(title, languages=site)) for code, title in told]
    for code in {"en", "ru", "ar"}:
        answered = [right for right, answer in found if answer == code]
        assert answered.count(code) >= FEWEST * len(answered) > 50, code
    right = sum(code == answer for code, answer in found)
    assert right >= FEWEST * sum(answer is not None for _, answer in found)


def test_detect_without_a_site_knows_scripts_of_one_language_from_a_word() -> None:
    assert language.detect("東京ニュース", languages=()) == "ja"
    assert language.detect("서울", languages=()) == "ko"
    assert language.detect("Le président a rencontré ses ministres à Paris", languages=()) == "fr"


def test_many_threads_detect_at_once() -> None:
    texts = ["Presiden bertemu para menteri hari ini", "The president met his ministers today"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: language.detect(text, languages=SITE), texts))
    assert found == ["id", "en"] * 20


RUSSIAN = "Президент встретился с министрами в Кремле"
FRENCH = "Le président a rencontré ses ministres pour discuter du prix du riz"


@pytest.mark.parametrize(
    ("declared", "text", "code"),
    [
        ("id", RUSSIAN, "ru"),
        ("en", "总统会见部长讨论大米价格", "zh"),
        ("id", "الرئيس يلتقي الوزراء في دمشق لبحث أسعار الخبز", "ar"),
        ("id", "首相は閣僚と会談した", "ja"),
        ("id", "Syria dan Сирия", "id"),
        ("id", "Presiden bertemu para menteri untuk membahas harga beras", "id"),
        ("fr", FRENCH, "fr"),
        ("ru", FRENCH, "ru"),
        ("ru", "iPhone 17 Pro", "ru"),
        ("ja", "首脳会談", "ja"),
        ("zh", "NBA", "zh"),
        ("uk", "Паляниця і борщ: українська кухня підкорює світові столиці", "uk"),
        ("bg", RUSSIAN, "bg"),
        ("sr", "Predsednik se sastao sa ministrima da razgovaraju o ceni", "sr"),
        ("kk", RUSSIAN, "kk"),
        ("id", "12345", "id"),
        ("id", "", "id"),
        (None, RUSSIAN, "ru"),
    ],
)
def test_letters_that_contradict_what_is_declared_are_believed(declared: str | None, text: str, code: str) -> None:
    assert language.tell(text, declared=declared, languages=("id", "ru", "ar", "fr")) == code


def test_a_declared_language_that_has_other_letters_is_none_where_none_can_be_told() -> None:
    assert language.tell("Сирия", declared="id", languages=("id",)) is None
