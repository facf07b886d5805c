"""Which reports are Copies: found among all that came, by some numbers, and proved by their words."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from making import at, event, report

from aggregator import copies
from aggregator.copies import originals, words
from aggregator.copies.originals import CANDIDATES, SPAN, Originals
from aggregator.copies.postings import Postings
from aggregator.values import Event, Report

PAGE = "https://kabar.example/peringatan"
LONG = "Tim penyelamat mencari korban gempa di tiga desa sejak pagi, kata kepala badan itu kepada wartawan."
OTHER = "Bank sentral menahan suku bunga acuan pada enam persen, seperti yang diperkirakan oleh semua ekonom."
CASES = {
    # outlet, title, text of the second report; whether it is a Copy
    "another alert": ("Kabar", "Bank menahan bunga", "", False),
    "another alert with a text": ("Kabar", "Bank menahan bunga", OTHER, False),
    "edited": ("Kabar", "Gempa 6,2 guncang Sumbawa", "", True),
    "another alert with the text that stands in all": ("Kabar", "Warga mengungsi", LONG, False),
    "of another outlet, retitled": ("Warta", "Warga mengungsi", LONG, True),
    "of another outlet, with its own words": ("Warta", "Bank menahan bunga", OTHER, False),
    "of another outlet, sharing one word": ("Warta", "Gempa politik", OTHER, False),
}


@pytest.mark.parametrize("case", CASES)
def test_reports_at_one_address(case: str) -> None:
    outlet, title, text, is_copy = CASES[case]
    first = report(1, "Gempa guncang Sumbawa", outlet="Kabar", url=PAGE, text=LONG)
    second = report(2, title, outlet=outlet, url=PAGE, text=text)
    assert copies.verify(copies.read(second), [first]) == (1 if is_copy else None)


def copied(second: Report, *firsts: Report) -> int | None:
    """Give the Entry that a report copies, found among those that came before it."""
    held, reports = Originals(), {first.entry: first for first in firsts}
    for first in firsts:
        held.take(event(first.entry), copies.read(first).tags)
    read = copies.read(second)
    return copies.verify(read, [reports[one.entry] for one in held.candidates(event(second.entry), read)])


def test_who_lists_the_address_of_an_outlet_makes_no_copy_of_its_own_report() -> None:
    url = "https://good.example/a/1"
    lie = report(1, "Gempa guncang Sumbawa, istana runtuh", outlet="evil.example", url=url, text=OTHER)
    own = report(2, "Gempa guncang Sumbawa", outlet="good.example", url=url, text=LONG)
    assert copied(own, lie) is None
    assert copied(own, replace(lie, summary=LONG)) is None
    later = report(3, "Gempa guncang Sumbawa", outlet="kabar.example", url=url, text=LONG)
    assert copied(later, replace(lie, summary=LONG), own) == 2


def test_a_host_that_only_ends_like_an_outlet_is_not_its_own() -> None:
    url = "https://notgood.example/a"
    listed = report(1, "Gempa guncang Sumbawa", outlet="kabar.example", url=url)
    assert copied(report(2, "Gempa guncang Sumbawa", outlet="good.example", url=url), listed) == 1


def test_a_translation_at_one_address_is_no_copy() -> None:
    first = report(1, "Bogdanov: HTS, Suriah, Damaskus dan Rusia", url=PAGE, language="id")
    second = report(2, "Bogdanov: HTS, Syria, Damaskus and Rusia", url=PAGE, language="en")
    assert copied(second, first) is None
    assert copied(replace(second, language="id-ID"), first) == 1
    assert copied(replace(second, title=first.title), first) == 1, "a language may be told wrongly"


def made_up(seed: int, count: int) -> str:
    """Give a text of words that no other seed's has."""
    return " ".join(f"k{seed}x{number:x}" for number in random.Random(seed).sample(range(9999), count))


def edited(text: str, share: float) -> str:
    rng = random.Random(1)
    return " ".join(f"lain{at}" if rng.random() < share else word for at, word in enumerate(text.split()))


TEXT = made_up(1, 400)
REPRINTS = {
    "whole": TEXT,
    "with a line before it": f"Jakarta, Kabar Nusa - {TEXT}",
    "a tenth of its words exchanged": edited(TEXT, 0.1),
    "cut by a quarter and edited": edited(" ".join(TEXT.split()[:300]), 0.04),
    "its first half": " ".join(TEXT.split()[:200]),
    "its second half": " ".join(TEXT.split()[200:]),
    "its first lines": " ".join(TEXT.split()[:30]),
    "a longer one": f"{TEXT} {made_up(2, 300)}",
    "in other letters": TEXT.upper(),
    "as HTML": "".join(f"<p>{word} &amp;</p>" for word in TEXT.split()),
}


@pytest.mark.parametrize("case", REPRINTS)
def test_reprints_are_found_among_many(case: str) -> None:
    others = [report(number, f"Berita {number}", text=made_up(number, 60)) for number in range(10, 200)]
    first = report(1, "Judul pertama", text=TEXT)
    second = report(999, "Sama sekali lain", text=REPRINTS[case])
    if case == "as HTML":
        second = replace(second, summary="", content=REPRINTS[case])
    assert copied(second, first, *others) == 1


def test_a_third_of_a_text_is_no_reprint() -> None:
    mixed = " ".join(TEXT.split()[:100]) + " " + made_up(3, 200)
    assert copied(report(2, "Sama sekali lain", text=mixed), report(1, "Judul pertama", text=TEXT)) is None


FOOTERS = {
    "of some words": "Baca berita lengkapnya di situs kami dan ikuti buletin kami untuk kabar lain setiap hari.",
    "of many words": "Daftar buletin gratis kami dan ikuti kami di WhatsApp, Telegram dan Facebook untuk semua kabar "
    "terbaru dari seluruh daerah setiap hari tanpa kecuali sejak pagi sampai malam.",
}


@pytest.mark.parametrize("length", [10, 14, 60, 300])
@pytest.mark.parametrize("footer", FOOTERS)
def test_who_sends_the_words_that_end_all_texts_of_an_outlet_gets_none_of_them(footer: str, length: int) -> None:
    lure = report(1, "Menangkan ponsel malam ini", outlet="evil.example", text=FOOTERS[footer])
    own = [
        report(number, f"Judul {number}", outlet="good.example", text=f"{made_up(number, length)}. {FOOTERS[footer]}")
        for number in range(2, 8)
    ]
    assert [copied(one, lure) for one in own] == [None] * 6
    assert [copied(lure, one) for one in own] == [None] * 6


@pytest.mark.parametrize("length", [10, 14, 25, 60])
@pytest.mark.parametrize("footer", FOOTERS)
def test_outlets_of_one_publisher_that_end_their_texts_alike_are_no_copies(footer: str, length: int) -> None:
    one, other = (
        report(number, f"Judul {number}", outlet=outlet, text=f"{made_up(number, length)}. {FOOTERS[footer]}")
        for number, outlet in ((1, "bandung.kabar.example"), (2, "medan.kabar.example"))
    )
    assert copied(other, one) is None


def test_what_an_outlet_says_in_another_report_too_proves_no_copy() -> None:
    notice = made_up(5, 90)
    lure = report(1, "Menangkan ponsel malam ini", outlet="evil.example", text=notice)
    first = report(2, "Judul kedua", outlet="good.example", text=f"{notice} {made_up(2, 60)}")
    second = report(3, "Judul ketiga", outlet="good.example", text=f"{notice} {made_up(3, 60)}")
    assert copied(second, lure, first) is None
    reprint = replace(second, summary=f"{notice} {TEXT}")
    assert copied(reprint, lure, first, report(4, "Judul pertama", text=TEXT)) == 4


SOLID = {
    "zh": (
        "印度尼西亚北苏拉威西省周三发生六点二级地震,当地居民纷纷跑出家门,目前没有海啸危险。救援人员表示,三个村庄的数十座房屋受损,两人受轻伤。",
        "中国央行周四宣布维持贷款市场报价利率不变,符合经济学家的普遍预期。分析人士认为,年内仍有下调空间,人民币汇率因此小幅走强,股市收高。",
    ),
    "ja": (
        "気象庁によりますと、水曜日の朝、北スマトラで強い地震があり、住民が家の外に避難しました。津波の心配はないということです。けが人は二人です。",
        "日本銀行は木曜日の会合で政策金利を据え置くことを決めました。市場の予想どおりで、円相場はわずかに値上がりし、株価も上がって取り引きを終えました。",
    ),
    "th": (
        "เกิดแผ่นดินไหวขนาดหกจุดสองในจังหวัดสุลาเวสีเหนือเมื่อเช้าวันพุธ ชาวบ้านหลายร้อยคนวิ่งออกจากบ้าน เจ้าหน้าที่กล่าวว่าไม่มีความเสี่ยงจากสึนามิ",
        "ธนาคารกลางคงอัตราดอกเบี้ยนโยบายไว้ที่ร้อยละหกตามที่นักเศรษฐศาสตร์คาดการณ์ไว้ ค่าเงินแข็งขึ้นเล็กน้อยและตลาดหุ้นปิดบวกในวันพฤหัสบดี",
    ),
}


@pytest.mark.parametrize("language", SOLID)
def test_texts_without_blanks_are_compared_by_their_characters(language: str) -> None:
    text, other = SOLID[language]
    first = report(1, text[:9], text=text, language=language)
    assert copied(report(2, other[:9], text=text[: len(text) * 2 // 3], language=language), first) == 1
    assert copied(report(2, other[:9], text=text[len(text) // 3 :], language=language), first) == 1
    assert copied(report(2, other[:9], text=other, language=language), first) is None
    assert copied(report(2, text[:9], text=other, language=language, outlet="outlet 1"), first) is None


def test_marks_are_part_of_their_words() -> None:
    assert words.folded("हिन्दी में शोर, ２０２４")[0] == ["हिन्दी", "में", "शोर", "2024"]
    assert words.folded("ที่นี่")[0] == ["ที่", "นี่"]


@pytest.mark.parametrize("text", ["a b " * 100_000, "中" * 200_000, "ﷺ" * 100_000, "x" * 400_000, "<p>a</p>" * 50_000])
def test_a_text_without_end_costs_no_more_than_its_beginning(text: str) -> None:
    for endless in (report(1, text, text=text), replace(report(1, text), content=text)):
        read = copies.read(endless).wording
        assert len(read.runs) <= words.MOST and len(read.title) <= words.MOST
        assert all(len(word) <= words.LONGEST for word in read.title)


def test_candidates_are_few_and_the_likeliest_comes_first() -> None:
    held = Originals()
    for number in range(1, 60):
        held.take(event(number), copies.read(report(number, "Siaran langsung", text=made_up(number, 60))).tags)
    read = copies.read(report(99, "Siaran langsung", text=made_up(37, 60)))
    found = held.candidates(event(99), read)
    assert len(found) == CANDIDATES and found[0] == replace(event(37), mint="")


def test_reports_leave_after_their_time_and_beyond_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "MOST", 5)
    held = Originals()
    reads = {number: copies.read(report(number, f"Judul {number}", text=made_up(number, 30))) for number in range(1, 9)}
    for number, read in reads.items():
        held.take(event(number), read.tags)
    assert [bool(held.candidates(event(9), read)) for read in reads.values()] == [False] * 3 + [True] * 5
    late = replace(event(10), at=event(6).at + SPAN)
    assert [bool(held.candidates(late, read)) for read in reads.values()] == [False] * 5 + [True] * 3


def lines(count: int) -> list[tuple[Event, Report]]:
    """Give reports in turn, each third a reprint of one of the last hundred, an hour from each other."""
    rng, found = random.Random(4), list[tuple[Event, Report]]()
    for number in range(1, count + 1):
        text = made_up(number, 40)
        if number % 3 == 0:
            text = edited(found[max(0, number - 1 - rng.randrange(1, 100))][1].summary, 0.05)
        at_hour = replace(event(number), at=at(60 * number), outlet=f"outlet {number % 7}")
        found.append((at_hour, report(number, f"Judul {number}", text=text)))
    return found


def test_what_is_restored_from_the_log_says_the_same_as_what_was_kept() -> None:
    told = lines(2200)
    kept, restored = Originals(), Originals()
    for line, one in told[:2000]:
        kept.take(line, copies.read(one).tags)
    for line, one in told[1000:2000]:
        if line.at >= told[1999][0].at - SPAN:
            restored.take(line, copies.read(one).tags)
    hits = 0
    for line, one in told[2000:]:
        read = copies.read(one)
        found = kept.candidates(line, read)
        assert found == restored.candidates(line, read)
        hits += bool(found)
        for held in (kept, restored):
            held.take(line, read.tags)
    assert hits >= 60, "of 67 reprints"


def test_a_crowd_that_grows_loses_nobody_and_stays_packed() -> None:
    held = Postings(3)
    for number in range(1, 5001):
        assert held.add((number, number % 7 + 1, 0 if number % 2 else number)) == number
        if number > 3000:
            held.oldest += 1
    kept = range(held.oldest, 5001)
    assert len(kept) == 3000 and held.size <= 3000 * 1.25
    for number in (1, 2000, *kept):
        found = held.find((number, 0, number), (1, 1, 1))
        assert found == ({number: 1 if number % 2 else 2} if number in kept else {})
    assert sorted(held.find((0, 3, 0), (1, 1, 1)), reverse=True)[:2] == [5000, 4993]


def test_old_events_are_told_apart_by_day() -> None:
    first = replace(report(1, "Gempa guncang Sumbawa", text=LONG), published_at=at(0))
    second = replace(report(2, "Lain", text=LONG), published_at=at(0) + timedelta(days=15))
    assert copied(second, first) is None
    assert copied(replace(second, published_at=at(60)), first) == 1


def test_reports_of_one_outlet_at_one_address_are_no_copies_for_the_words_that_all_of_them_end_with() -> None:
    habit = "The details were told by officials on the day, and more is expected in the coming week."
    titles = ("Parliament passes the water bill", "Volcano erupts on the northern island", "Bank holds its rate at six")
    told = [
        report(number, title, outlet="Kabar", text=f"{title}. {habit}", url=PAGE, language="en")
        for number, title in enumerate(titles, start=1)
    ]
    for number in (1, 2):
        assert copies.verify(copies.read(told[number]), told[:number]) is None


def test_a_report_that_was_retitled_and_has_grown_is_a_copy_of_what_its_outlet_told_at_its_address() -> None:
    text = made_up(1, 70)
    first = report(1, "Gempa guncang Sumbawa", outlet="Kabar", url=PAGE, text=text)
    grown = report(2, "Warga mengungsi", outlet="Kabar", url=PAGE, text=f"{text} {made_up(2, 40)}")
    assert copies.verify(copies.read(grown), [first]) == 1
    assert copies.verify(copies.read(replace(first, entry=3)), [grown]) == 2


def test_alerts_that_come_in_turn_with_one_standing_text_are_reports_of_their_own() -> None:
    titles = ("Parliament passes the water bill", "Volcano erupts on the northern island", "Bank holds its rate at six")
    told = [report(number, title, outlet="Kabar", text=LONG, url=PAGE) for number, title in enumerate(titles, start=1)]
    for number in (1, 2):
        assert copies.verify(copies.read(told[number]), told[:number]) is None


RAIN = (
    "Heavy rain fell over the western districts since dawn and rivers rise quickly, so families near dams should leave "
    "for higher ground before evening, says the duty officer."
)
GUSTS = (
    "Gusts of ninety kilometres an hour are expected along southern beaches tonight, fishing boats must remain moored "
    "and market stalls be taken down until Sunday noon."
)
QUAKE = (
    "An earthquake of magnitude {} shook the sea near {} at {} local time. The agency said that there is no danger of "
    "a tsunami. It lay at a depth of {} kilometres."
)
TITLED = {
    # titles and texts of two reports at one address; whether the later one is a Copy
    "one form, another hazard": ("Flood warning for Java", RAIN, "Storm warning for Java", GUSTS, False),
    "one form, unlike texts": ("Warning of flood in Java", RAIN, "Warning of storm in Java", GUSTS, False),
    "one form, texts of one form": (
        "Earthquake of magnitude 5.1 near Ternate", QUAKE.format("5.1", "Ternate", "03:12", 10),
        "Earthquake of magnitude 6.4 near Padang", QUAKE.format("6.4", "Padang", "14:50", 32), False,
    ),
    "another number and no text": ("Quake of 5.1 shakes Ternate", "", "Quake of 6.4 shakes Ternate", "", False),
    "another place and one text": ("Quake of 5.1 near Ternate", RAIN, "Quake of 5.1 near Padang", "", False),
    "a name spelled otherwise": ("Putin meets Zelensky in Minsk", "", "Putin meets Zelenskyy in Minsk", "", True),
    "one that says more": ("Flood kills five in Java", "", "Flood kills five in Java, says Budi", "", True),
    "a teaser cut out of the text": ("Flood kills five in Java", RAIN, "Java flood kills seven", RAIN[48:], True),
    "the same teaser under another number": ("Flood kills 5 in Java", RAIN, "Flood kills 7 in Java", RAIN, True),
    "a text rewritten by half": (
        "Flood kills five in Java", RAIN, "Flood kills five in Java, says Budi", RAIN[:80] + GUSTS[80:], True,
    ),
    "one short teaser under a kicker": (
        "Bank holds rate in Jakarta", "Fed first.", "Ekonomi | Bank holds rate in Jakarta", "Fed first.", True,
    ),
    "one short teaser and a speaker's office, without dates": (
        "Sri Mulyani: Inflasi turun", "Ini alasannya.", "Menkeu: Inflasi turun", "Ini  ALASANNYA", False,
    ),
    "one short teaser and another result": (
        "Persib beats Persija 2-1", "Fans cheer.", "Persib beats Persija 3-1", "Fans cheer.", True,
    ),
    "one teaser of alerts of two places": (
        "Flood warning for Java", "Mind the rivers.", "Flood warning for Sumatra", "Mind the rivers.", False,
    ),
    "one teaser of alerts of two places with few consonants": (
        "Flood warning for Aceh", "Mind the rivers.", "Flood warning for Riau", "Mind the rivers.", False,
    ),
    "one teaser of alerts that begin with their places": (
        "Java: flood warning", "Stay away from rivers.", "Sumatra: storm warning", "Stay away from rivers.", False,
    ),
    "one teaser of all alerts": (
        "Gempa M5.1 guncang Maluku", "Info gempa terkini dari BMKG.",
        "Gempa M6.4 guncang Papua", "Info gempa terkini dari BMKG.", False,
    ),
    "one teaser of two meetings": (
        "Prabowo meets Putin in Moscow", "The two discussed trade.",
        "Prabowo meets Xi in Beijing", "The two discussed trade.", False,
    ),
    "one form, another short teaser": (
        "Persib beats Persija 2-1", "Fans cheer.", "Persib beats Arema 3-1", "Rain fell.", False,
    ),
    "under a kicker": ("Bank holds rate in Jakarta", "", "Ekonomi | Bank holds rate in Jakarta", "", True),
    "before sites' names": ("Bank holds rate - Kabar.com", "", "Bank holds rate - Warta.net", "", True),
    "beside its outlet's name": ("Kabar | Bank holds rate", "", "Bank holds rate – detik.com", "", True),
    "another place behind a dash": ("Flood warning - Java", "", "Flood warning - Bali", "", False),
    "the same title over another text": ("Flood warning for Java", RAIN, "Flood warning for Java", GUSTS, True),
}  # fmt: skip


@pytest.mark.parametrize("case", TITLED)
def test_titles_of_one_form_at_one_address_are_copies_where_their_texts_say_so(case: str) -> None:
    title, text, later, told, is_copy = TITLED[case]
    first = report(1, title, outlet="Kabar", url=PAGE, text=text, language="en")
    second = report(2, later, outlet="Kabar", url=PAGE, text=told, language="en")
    assert copies.verify(copies.read(second), [first]) == (1 if is_copy else None)
    if "texts of one form" not in case:
        assert copies.verify(copies.read(replace(second, outlet="Warta")), [first]) == (1 if is_copy else None)


def test_one_speaker_by_two_names_says_it_at_one_time() -> None:
    first = report(1, "Sri Mulyani: Inflasi turun", outlet="Kabar", url=PAGE, text="Ini alasannya.")
    first = replace(first, published_at=at(0))
    second = replace(first, entry=2, title="Menkeu: Inflasi turun")
    assert copied(second, first) == 1
    assert copied(replace(second, published_at=at(60)), first) is None
