"""Dates as outlets write them: right, or refused with a note."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.dates import format_datetime
from hypothesis import given
from hypothesis import strategies as st

from aggregator import dates
from aggregator.dates import ago, clocks, days, moments, months
from aggregator.dates.months import MONTHS

NOW = datetime(2024, 12, 13, tzinfo=UTC)
CORPUS = Path(__file__).with_name("corpus") / "dates.tsv"  # made up, in the forms of each language's outlets
READ_AT = datetime(2024, 12, 13, 6, tzinfo=UTC)  # what its "today" and "2 hours ago" count from
ROWS = list(csv.DictReader(CORPUS.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
LOCALES = """
    ar ar_DZ ar_EG ar_LB ar_MA ar_TN bg cs da de el en_GB en_US es fa fr he hu id it ja ko ms nb nl pl pt_BR pt_PT ro
    ru sv tr uk ur vi zh
    """.split()  # noqa: SIM905
REFUSALS = ("cannot be read", "is not a real date", "lies before", "lies in the future")
HALF_PAST_SEVEN = "2024-12-12T12:30:00+00:00"  # 19:30 in Jakarta


def read(said: str | datetime, timezone: str | None = "Asia/Jakarta") -> str | None:
    at, _ = dates.read(said, now=NOW, timezone=timezone)
    return at.isoformat() if at else None


@pytest.mark.parametrize(
    "words",
    [
        "Thu, 12 Dec 2024 19:30:00 +0700",
        "Thu, 12 Dec 2024 19:30:00 WIB",
        "Thu, 12 Dec 24 19:30:00 +0700",
        "12 Dec 2024 12:30 GMT",
        "Thu, 12 Dec 2024 07:30:00 EST",
        "Thu, 12 Dec 2024 07:30:00 -0500 (EST)",
        "Thu Dec 12 12:30:00 UTC 2024",
        "Thursday, December 12, 2024 7:30 PM",
        "Thursday, December 12, 2024 - 7:30 a.m. EST",
        "12-Dec-2024 19:30",
        "2024-12-12T12:30:00Z",
        "2024-12-12T12:30:00.123456Z",
        "2024-12-12T19:30:00+07:00",
        "2024-12-12T19:30:00+0700",
        "2024-12-12 19:30:00",
        "2024-12-12T19:30",
        "2024/12/12 19:30",
        "20241212T123000Z",
        "12/12/2024 19:30",
        "12.12.2024 19:30",
        "12.12.2024, 19.30 WIB",
        "1734006600",
        "1734006600000",
        "Kamis, 12 Desember 2024 19:30 WIB",
        "Kamis, 12 Des 2024 | 19.30 WIB",
        "Kamis, 12 Desember 2024 20:30 WITA",
        "12 декабря 2024, 19:30",
        "Чт, 12 дек. 2024 г. 15:30 МСК",
        "12 грудня 2024, 19:30",
        "الخميس ١٢ ديسمبر ٢٠٢٤ - ٧:٣٠ مساءً",
        "12 كانون الأول 2024 19:30",
        "jueves, 12 de diciembre de 2024 19:30",
        "12 de dezembro de 2024 às 19h30",
        "12. Dezember 2024, 19:30 Uhr",
        "jeu. 12 déc. 2024 19:30",
        "12 Aralık 2024 Perşembe 19:30",
        "12 grudnia 2024 19:30",
        "Πεμ, 12 Δεκ 2024 19:30:00",
        "2024. december 12. 19:30",
        "2024年12月12日 19:30",
        "2024年12月12日19時30分",
        "2024년 12월 12일 오후 7:30",
        "Ditulis pada Kamis, 12 Desember 2024 pukul 19:30 WIB",
    ],
)
def test_words_of_many_languages(words: str) -> None:
    assert read(words) == HALF_PAST_SEVEN


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12 ديسمبر 2024", "2024-12-12"),
        ("Dec 12, 2024", "2024-12-12"),
        ("mar. 10 déc. 2024", "2024-12-10"),
        ("martes, 10 de dic. de 2024", "2024-12-10"),
        ("2024-12-12", "2024-12-12"),
        ("31/1/2024", "2024-01-31"),
        ("1/31/2024", "2024-01-31"),
        ("May 5, 2024", "2024-05-05"),
        ("3 Mei 2024", "2024-05-03"),
        ("3 мая 2024", "2024-05-03"),
        ("Mon, 09 Dec 2024 24:00:00 +0000", "2024-12-10"),
    ],
)
def test_days(words: str, day: str) -> None:
    assert (read(words, timezone=None) or "")[:10] == day


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("0000-00-00T00:00:00Z", "not a real date"),
        ("Thu, 30 Feb 2024 10:00:00 GMT", "not a real date"),
        ("Thu, 12 Dec 2024 25:00:00 GMT", "not a real date"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "before 1990"),
        ("0001-01-01T00:00:00", "before 1990"),
        ("Thu, 12 Dec 2034 10:00:00 GMT", "in the future"),
        ("1234567890123456789", "date"),
        ("tadi sore", "cannot be read"),
        ("12", "cannot be read"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_a_note(words: str, note: str) -> None:
    at, said = dates.read(words, now=NOW, timezone=None)
    assert at is None
    assert note in (said or "")


def test_a_day_ahead_is_a_zone_left_out_and_more_is_not() -> None:
    assert dates.read(NOW + timedelta(hours=24), now=NOW, timezone=None) == (NOW + timedelta(hours=24), None)
    assert dates.read(NOW + timedelta(hours=25), now=NOW, timezone=None)[0] is None


def test_a_time_without_zone_is_in_the_zone_of_the_source() -> None:
    assert read("2024-12-12T19:30", "Europe/Moscow") == "2024-12-12T16:30:00+00:00"
    assert read(datetime(2024, 12, 12, 19, 30), "Asia/Jakarta") == HALF_PAST_SEVEN  # noqa: DTZ001
    for unknown in (None, "Mars/Base", "../etc", ""):
        assert read("2024-12-12T12:30", unknown) == HALF_PAST_SEVEN


@pytest.mark.parametrize(
    "words",
    [
        "2024-12-12",
        "2024/12/12",
        "20241212",
        "12/12/2024",
        "12.12.2024",
        "Thu, 12 Dec 2024",
        "12 Dec 24",
        "Dec 12, 2024",
        "Kamis, 12 Desember 2024",
        "Kamis, 12 Desember 2024 pagi",
        "12 декабря 2024 г.",
        "الخميس ١٢ ديسمبر ٢٠٢٤ م",
        "jueves, 12 de diciembre de 2024",
        "12. Dezember 2024",
        "2024年12月12日",
        "2024년 12월 12일",
    ],
)
def test_a_date_without_a_time_is_noon_in_its_zone(words: str) -> None:
    assert read(words, "Asia/Jakarta") == "2024-12-12T05:00:00+00:00"
    assert read(words, "America/New_York") == "2024-12-12T17:00:00+00:00"
    assert read(words, None) == "2024-12-12T12:00:00+00:00"


@pytest.mark.parametrize("words", ["2024-12-12+09:00", "Thu, 12 Dec 2024 +0900", "12 Desember 2024 WIT"])
def test_a_date_without_a_time_is_noon_in_the_zone_it_tells(words: str) -> None:
    assert read(words, "Asia/Jakarta") == "2024-12-12T03:00:00+00:00"


@pytest.mark.parametrize(
    "words",
    [
        "2024-12-12T00:00:00",
        "2024-12-12 00:00",
        "Thu, 12 Dec 2024 00:00:00 +0700",
        "Kamis, 12 Desember 2024 00:00 WIB",
        "12 декабря 2024, 0:00",
        "Dec 12, 2024 12:00 AM",
        "Dec 12, 2024 12 am",
    ],
)
def test_midnight_that_is_said_stays_midnight(words: str) -> None:
    assert read(words) == "2024-12-11T17:00:00+00:00"


def test_nothing_said_needs_no_note() -> None:
    assert dates.read(None, now=NOW, timezone=None) == (None, None)
    assert dates.read(" ", now=NOW, timezone=None) == (None, None)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['language']}: {row['words']}" for row in ROWS])
def test_the_corpus(row: dict[str, str]) -> None:
    at, note = dates.read(row["words"], now=READ_AT, timezone=row["zone"] or None, language=row["language"])
    assert (f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "") == row["expected"], row["note"]
    assert at is not None or any(reason in (note or "") for reason in REFUSALS)


def test_the_corpus_is_wide() -> None:
    languages = [row["language"].partition("-")[0] for row in ROWS]
    assert len(ROWS) >= 150
    assert len({language for language in languages if languages.count(language) >= 7}) >= 12
    assert len({(row["language"], row["words"], row["zone"]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("language", "at"),
    [
        (None, "2024-12-05T12:30:00+00:00"),
        ("en", "2024-12-05T12:30:00+00:00"),
        ("en-GB", "2024-12-05T12:30:00+00:00"),
        ("en-US", "2024-05-12T12:30:00+00:00"),
        ("en_us", "2024-05-12T12:30:00+00:00"),
        ("es-US", "2024-05-12T12:30:00+00:00"),
        ("id-ID", "2024-12-05T12:30:00+00:00"),
    ],
)
def test_the_month_is_first_in_the_united_states_alone(language: str | None, at: str) -> None:
    assert dates.read("5/12/2024 12:30", now=NOW, timezone=None, language=language)[0] == datetime.fromisoformat(at)


@pytest.mark.parametrize(("language", "words"), [("en-US", "12/05/2024"), ("id", "05/12/2024")])
def test_an_order_that_leads_into_the_future_is_not_the_one(language: str, words: str) -> None:
    at, _ = dates.read(words, now=datetime(2024, 6, 1, tzinfo=UTC), timezone=None, language=language)
    assert at == datetime(2024, 5, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "timed"),
    [
        ("Kamis, 12 Desember 2024", False),
        ("Kamis, 12 Desember 2024 12:00 WIB", True),
        ("2024-12-12", False),
        ("20241212", False),
        ("2024-12-12T00:00:00", True),
        ("2024-12-12+09:00", False),
        ("2024年12月12日", False),
        ("2024年12月12日 20時", True),
        ("1734006600", True),
        ("2 jam lalu", True),
        ("2 hari lalu", False),
        ("kemarin", False),
        ("kemarin 19:30", True),
        ("0000-00-00 00:00:00", False),
        ("tadi sore", False),
        ("", False),
        (None, False),
        (NOW, True),
    ],
)
def test_whether_a_date_tells_its_time(words: str | datetime | None, timed: bool) -> None:
    assert dates.tells_time(words) is timed


def test_no_name_is_that_of_two_months() -> None:
    named: dict[str, set[int]] = {}
    for lists in months._NAMES.values():
        for number, names in enumerate(lists.split("|"), start=1):
            for name in names.split():
                named.setdefault(months.fold(name), set()).add(number)
    assert {name: numbers for name, numbers in named.items() if len(numbers) > 1} == {}
    assert all(len(lists.split("|")) == 12 for lists in (*months._NAMES.values(), months._SOLAR))


@pytest.mark.parametrize(
    ("year", "first"),
    [(1375, "1996-03-20"), (1391, "2012-03-20"), (1396, "2017-03-21"), (1403, "2024-03-20"), (1408, "2029-03-20")],
)
def test_the_persian_year_begins_at_the_equinox(year: int, first: str) -> None:
    assert days.solar(year, 1, 1) == date.fromisoformat(first)


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2024, 12, 12)),  # noqa: DTZ001
    st.sampled_from(LOCALES),
    st.sampled_from(["full", "long", "medium", "short"]),
)
def test_what_each_language_writes_is_read_back(at: datetime, locale: str, form: str) -> None:
    said = at.replace(microsecond=0, second=0 if form == "short" else at.second, tzinfo=UTC)
    words = format_datetime(said, form, tzinfo=UTC, locale=locale)  # type: ignore[arg-type]
    assert dates.read(words, now=NOW, timezone="UTC", language=locale) == (said, None)


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2024, 12, 12)))  # noqa: DTZ001
def test_what_programs_write_is_read_back(at: datetime) -> None:
    said = at.replace(microsecond=0, tzinfo=UTC)
    for form in (
        "%a, %d %b %Y %H:%M:%S +0000",
        "%a %b %d %H:%M:%S %Y",
        "%Y%m%dT%H%M%SZ",
        "%Y-%m-%d %H:%M:%S UTC",
        "%s",
    ):
        words = str(int(said.timestamp())) if form == "%s" else said.strftime(form)
        if len(words) == 10 or form != "%s":  # before 2001-09-09 there were fewer seconds
            assert dates.read(words, now=NOW, timezone=None) == (said, None)


PIECES = [
    *MONTHS, *months.SOLAR, *clocks.HALVES, *months.ZONES, *ago.SECONDS, *ago.COUNTED, *ago.DAYS,
    *"0123456789:-/+., \"'", "2024", "1403", "12", "31", "24:00", "00:00", "+0700", "ago", "lalu", "hace", "منذ", "前",
    "年", "月", "日", "時", "t", "z", "h", "thang", "令和", *days.DIGITS, "十", "w",
]  # fmt: skip


@given(
    st.text(max_size=60)
    | st.datetimes()
    | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
    | st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join),
    st.sampled_from([None, "", "en-US", "ja", "fa", "de", "x" * 50]),
)
def test_any_words_give_an_aware_time_in_bounds_or_none(said: str | datetime, language: str | None) -> None:
    at, note = dates.read(said, now=NOW, timezone="Asia/Jakarta", language=language)
    dates.tells_time(said)
    if at is None:
        assert (note is None) == (isinstance(said, str) and not said.strip())
    else:
        assert note is None
        assert at.tzinfo is UTC
        assert at.year >= 1990
        assert at <= NOW + moments.SLACK
        assert dates.read(at.isoformat(), now=NOW, timezone=None) == (at, None)


# --- dates in the lines of pages -------------------------------------------------------------------------------------

AT_TWO = "2024-11-22T14:00:00+00:00"
LINES = {
    "id": ["Jumat, 22 Nov 2024 21:00 WIB", "Politik | 22 Nov 2024, 14:00", "2 jam yang lalu",
           "Oleh Raka, 22 November, 14:00", "21.00 WIB", "Hari ini, 14:00"],
    "en": ["By Nora Whitlock — 2 hours ago", "Nov 22, 2:00 pm", "14:00", "Politics · Nov 22, 2024, 2:00 PM",
           "5 min read · 2 hours ago"],
    "ru": ["22 ноября, 14:00", "сегодня, 14:00", "2 часа назад", "Политика, 22 ноября 2024 г., 14:00", "22.11, 14:00"],
    "ar": ["22 نوفمبر 2024 - 14:00", "منذ ساعتين", "اليوم 14:00", "سياسة | ٢٢ نوفمبر ٢٠٢٤، ١٤:٠٠"],
    "es": ["22 de noviembre, 14:00", "hace 2 horas", "22/11 14:00", "Hoy, 14:00", "Política · 22 nov. 2024 - 14:00 h"],
    "pt": ["22 de novembro, 14h00", "Por Ana Prado, 22 nov 2024 às 14h00", "há 2 horas", "22/11/2024 14h00"],
    "de": ["22. November, 14:00 Uhr", "22.11., 14:00 Uhr", "Politik | 22 Nov 2024, 14:00", "vor 2 Stunden",
           "Heute, 14:00 Uhr", "14:00 Uhr"],
    "fr": ["22 novembre à 14h00", "il y a 2 heures", "22/11 à 14h00", "Aujourd'hui à 14h00",
           "Le 22 novembre 2024 à 14:00"],
    "it": ["22 novembre, 14:00", "2 ore fa", "oggi alle 14:00", "ven 22 nov 2024 | 14:00"],
    "tr": ["22 Kasım, 14:00", "2 saat önce", "22 Kas 2024 14:00", "Bugün 14:00"],
    "zh": ["11-22 14:00", "11月22日 14:00", "2小时前", "今天 14:00", "新华社 2024-11-22 14:00:00"],
    "ja": ["11月22日 14:00", "11/22 14:00", "2時間前", "11月22日(金) 14時00分", "2024年11月22日 14:00更新"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "line"), [(code, line) for code, lines in LINES.items() for line in lines])
def test_the_date_in_a_line_is_found_and_read(language: str, line: str) -> None:
    told = dates.find(line)
    assert told is not None and told.timed
    now = datetime(2024, 11, 22, 16, tzinfo=UTC)
    at, note = dates.read(told.words, now=now, timezone=None, language=language)
    assert (at and at.isoformat(), note) == (AT_TWO, None)


DAYS_BESIDE = {  # what the line tells of its day, beside the numbers that are none of it
    "id": {"3 Des | 15 komentar": "3 Des", "3 Des, 8 komentar": "3 Des", "3 Des • 5 menit baca": "3 Des",
           "3 Des (15 menit)": "3 Des", "Dilihat 24 kali, 3 Des": "3 Des", "5 | 3 Des 2026": "3 Des 2026",
           "Raka | 3 Des 2026 | 15 komentar": "3 Des 2026", "Ekonomi · 2 jam lalu · 24 dibagikan": "2 jam lalu",
           "3 Des 2026 14.00 WIB 12 komentar": "3 Des 2026 14.00 WIB", "Skor 3-1 | 3 Des, 14:00": "3 Des, 14:00",
           "Kemarin | 12 komentar": "Kemarin", "3 Des | 1.234 tayangan": "3 Des", "24°C | 3 Des": "3 Des"},
    "en": {"5 Jan | 12 Comments": "5 Jan", "2 Dec · 24 comments": "2 Dec", "May 5 | 20 shares": "May 5",
           "2 Dec\n24 comments": "2 Dec", "24 · Dec 3": "Dec 3", "Comments: 12, Dec 3": "Dec 3", "3 Dec | 15": "3 Dec",
           "2 Dec — 24": "2 Dec", "22 | Nov | 15": "22 | Nov", "22 | Nov | 2026": "22 | Nov | 2026",
           "Dec 3, 2026 · 12 min": "Dec 3, 2026", "Dec 3 (24 comments)": "Dec 3", "3 Dec 26 | 15 comments": "3 Dec 26",
           "22 | Nov | 14:00": "22 | Nov | 14:00", "12 / 11 / 2026": "12 / 11 / 2026", "3 Dec - 1.2K": "3 Dec",
           "Final 21-10 | Dec 3": "Dec 3"},
    "ru": {"3 дек | 15 комментариев": "3 дек", "3 декабря, 15 просмотров": "3 декабря", "12 | 3 декабря": "3 декабря",
           "3 декабря · 5 мин": "3 декабря", "3 декабря — 24 ответа": "3 декабря", "3 дек, 24 тыс.": "3 дек",
           "03.12.2026 14:00 | 24": "03.12.2026 14:00", "03.12, 14:00 | 12": "03.12, 14:00"},
    "ar": {"3 ديسمبر | 15 تعليق": "3 ديسمبر", "٣ ديسمبر · ١٥ تعليقا": "٣ ديسمبر", "أمس | 12": "أمس",
           "3 ديسمبر - 5 دقائق": "3 ديسمبر", "منذ 5 دقائق": "منذ 5 دقائق"},
    "de": {"3.12.2026 | 24 Kommentare": "3.12.2026", "3. Dez, 12 Kommentare": "3. Dez", "heute | 15": "heute",
           "Lesedauer: 5 Min. | 3. Dez.": "3. Dez", "Anna am 03.12.26": "03.12.26", "vor 5 Minuten": "vor 5 Minuten",
           "Stand: 3.12.26": "3.12.26"},
    "es": {"3 dic - 24 vistas": "3 dic", "5 minutos | 3 dic": "3 dic", "3 mar | 12 comentarios": "3 mar",
           "3/12 14:00 | 15": "3/12 14:00", "03/12": "03/12"},
    "zh": {"12月3日 | 15评论": "12月3日", "新华社 | 12-03": "12-03", "[12-03]": "12-03",
           "评论 12 | 2026-12-03": "2026-12-03",
           "昨天 | 15": "昨天", "01-12 | 12-03 14:00": "12-03 14:00"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"), [pair for pairs in DAYS_BESIDE.values() for pair in pairs.items()], ids=lambda said: ascii(said)
)
def test_a_counter_beside_a_date_is_none_of_it(line: str, words: str) -> None:
    told = dates.find(line)
    assert told is not None
    assert (told.words, told.timed) == (words, dates.tells_time(words))


@pytest.mark.parametrize(
    "line",
    [
        "3.12.2026", "3.12.26", "22/11", "22 Nov 2024", "22.11.2024 | 14:00", "12 Des 2024 | 19.30 WIB", "14:00 WIB",
        "2 hari lalu", "1 jam lalu", "Kemarin, 19:30", "11月22日 14時",
    ],
)  # fmt: skip
def test_a_line_and_its_date_tell_a_time_or_neither_does(line: str) -> None:
    told = dates.find(line)
    assert told is not None and told.timed is dates.tells_time(line)


@pytest.mark.parametrize(
    "line",
    [
        "21-17, 21-19", "12-10, 10-12", "12-24", "10/10", "iOS 18.1.24", "v1.2.24", "Versi 3.12.26", "Rp 12.12.24",
        "3 Des 15 komentar", "3 Dec 12 comments", "3. Dezember 24 Grad", "Berita 5 hari ini", "5 min", "6:3, 6:4",
        "2 jam | 3 menit baca", "+12", "24 · 12",
        "1 Mei, 3 orang tewas di Jakarta", "3 Dec, 12 people die in fire",
        "Arsenal 2:1", "Arsenal - Chelsea 14:00", "20:15 Tatort", "+62 21 384-2020", "(021) 3456-7890", "08123456789",
        "1732284000", "12.50", "$ 12.50", "Rp 12.500", "3:07", "12:34:56", "May 12 people die in fire", "2-1", "24/7",
        "On 12 December 2024 in Jakarta", "Hier klicken", "12 comments", "2023-24 season", "10.15.7", "5 min read",
        "Mo", "March", "Minggu", "Top 10", "2024", "In 2 days", "7 Tage Inzidenz", "", "x" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_date_in_a_line_is_left(line: str) -> None:
    assert dates.find(line) is None


@pytest.mark.parametrize(
    ("words", "zone", "now", "at"),
    [
        ("14:00", None, "2024-11-22T14:05:00+00:00", AT_TWO),
        ("14:00", None, "2024-11-23T13:00:00+00:00", AT_TWO),
        ("14:00", None, "2024-11-22T13:55:00+00:00", AT_TWO),
        ("21:00", "Asia/Jakarta", "2024-11-22T20:00:00+00:00", AT_TWO),
        ("21:00", "Asia/Jakarta", "2024-11-23T13:00:00+00:00", AT_TWO),
        ("21.00 WIB", None, "2024-11-22T20:00:00+00:00", AT_TWO),
        ("2:00 pm", None, "2024-11-22T20:00:00+00:00", AT_TWO),
    ],
)
def test_a_mere_time_is_the_last_one_that_clocks_showed(words: str, zone: str | None, now: str, at: str) -> None:
    told, _ = dates.read(words, now=datetime.fromisoformat(now), timezone=zone)
    assert told and told.isoformat() == at
    assert dates.tells_time(words) and dates.is_relative(words)


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("zh", "11-10 14:00", "2024-11-10"), (None, "11-10 14:00", "2024-11-10"), ("de", "10.11., 14:00", "2024-11-10"),
        ("fr", "10/11 14:00", "2024-11-10"), ("en-US", "11/10 14:00", "2024-11-10"), ("es", "11/10", "2024-10-11"),
        ("id", "12/10 14:00", "2024-10-12"), ("id", "10/12 14:00", "2024-10-12"), ("id", "24/12 14:00", "2023-12-24"),
    ],
)  # fmt: skip
def test_day_and_month_in_numbers_have_the_order_of_the_language(language: str, words: str, day: str) -> None:
    at, _ = dates.read(words, now=datetime(2024, 11, 22, 16, tzinfo=UTC), timezone=None, language=language)
    assert at and at.date().isoformat() == day


@given(st.text(max_size=130) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_any_line_gives_a_date_of_its_own_words_or_none(line: str) -> None:
    told = dates.find(line)
    assert told is None or told.words in " ".join(line.split())


def test_a_time_ahead_tells_no_publication_and_a_day_may_begin_earlier_elsewhere() -> None:
    later = NOW + timedelta(hours=7)
    note = dates.ahead(later, later, now=NOW)
    assert note is not None and note.endswith("lies in the future; the time when it was first seen is taken")
    soon = NOW + timedelta(minutes=9)
    assert dates.ahead(soon, soon, now=NOW) is None
    assert dates.ahead("2024-12-13", later, now=NOW) is None
    assert dates.ahead(None, None, now=NOW) is None
