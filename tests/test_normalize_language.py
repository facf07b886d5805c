"""Languages: declared tags made one, and texts told apart among the languages of the site."""

from concurrent.futures import ThreadPoolExecutor

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
        ("東京ニュース", None),
        ("12345 !!", None),
        ("", None),
    ],
)
def test_detect_among_the_languages_of_the_site(text: str, code: str | None) -> None:
    assert language.detect(text, languages=SITE) == code


def test_detect_without_a_site_knows_scripts_of_one_language_from_a_word() -> None:
    assert language.detect("東京ニュース", languages=()) == "ja"
    assert language.detect("서울", languages=()) == "ko"
    assert language.detect("Le président a rencontré ses ministres à Paris", languages=()) == "fr"


def test_many_threads_detect_at_once() -> None:
    texts = ["Presiden bertemu para menteri hari ini", "The president met his ministers today"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: language.detect(text, languages=SITE), texts))
    assert found == ["id", "en"] * 20
