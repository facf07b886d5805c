"""The health of pages: what is wrong with one, which items are doubtful, and selectors that would find them again."""

import pickle
import re
from datetime import UTC, datetime

import pytest
from making import arrival

from aggregator import pages
from aggregator.errors import ParseError
from aggregator.pages import Known, PageRules, Seen, Unwell
from aggregator.values import Entry, Feed

URL = "https://kabarnusa.example/internasional"
NUMBERS = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan")
TITLES = [f"Judul berita yang cukup panjang nomor {word}" for word in NUMBERS]
DAY = datetime(2024, 12, 13, 8, 0, tzinfo=UTC)
LAST = tuple(
    Seen(title, f"https://kabarnusa.example/read/{5500 + n}/judul-{n}", True) for n, title in enumerate(TITLES)
)
KNOWN = Known(LAST, gap=3600.0, silent=7200.0)


def cards(name: str = "kartu", *, start: int = 5500, inner: str = "judul") -> str:
    rows = (
        f'<div class="{name}"><h3 class="{inner}"><a href="/read/{start + n}/judul-{n}">{title}</a></h3></div>'
        for n, title in enumerate(TITLES)
    )
    return f'<nav><a href="/olahraga">Olahraga</a></nav><div class="daftar">{"".join(rows)}</div>'


def rows(row: str) -> str:
    return "".join(row.format(n=n, m=5500 + n, title=title) for n, title in enumerate(TITLES))


def read(page: str, *, rules: PageRules | None = None, known: Known = KNOWN) -> Feed:
    return pages.items(page.encode(), url=URL, content_type="text/html", rules=rules, known=known)


def entry(number: int, *, title: str | None = None, url: str | None = None, dated: bool = True) -> Entry:
    return arrival(
        f"{number}",
        title=TITLES[number % 8] if title is None else title,
        url=url or f"https://kabarnusa.example/read/{5500 + number}/judul-{number}",
        published_at=DAY if dated else None,
    ).entry


# --- what a page without items is ------------------------------------------------------------------------------------

MENUS = "<ul>" + "".join(f'<li><a href="/k/{n}">Menu nomor {n} dari situs ini</a></li>' for n in range(90)) + "</ul>"

WALL = (
    "<title>Home - Paper</title><nav><a href='/politics'>Politics</a></nav><div><h1>{says}</h1><p>We and our 847 "
    "partners store and access information.</p><a href='/accept-all-cookies-and-continue'>{button}</a></div>"
)


@pytest.mark.parametrize(
    ("page", "kind", "said"),
    [
        ("<title>Sign in</title><nav><a href='/world'>World</a></nav><h1>Sign in</h1><form><input type=password></form>"
         "<a href='/register'>Create an account with us</a>", "blocked", "asks for a login"),
        ("<title>Kabar | Masuk</title><form><input type='password' name=p></form>", "blocked", "asks for a login"),
        ("<title>Domain for sale</title><h1>This domain is for sale</h1>" + "".join(
            f"<p><a href='https://ads.example/?q={n}'>Related search: cheap deals number {n} online</a></p>"
            for n in range(10)), "gone", "domain is for sale"),
        ("<title>kabar.example</title><h1>Kabar.example is for sale!</h1>", "gone", "domain is for sale"),
        ("<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] Connection refused in /var/www/db.php:12",
         "blocked", "error or maintenance page ('Fatal error: Uncaught PDOException"),
        ("<p>Parse error: syntax error, unexpected end of file in /srv/index.php on line 3</p>", "blocked",
         "error or maintenance page"),
        ("<title>404 - Kabar Nusa</title><a href='/'>Beranda</a>", "gone", "no longer there"),
        (f"<title>Kabar Nusa</title>{MENUS}<h1>Halaman tidak ditemukan</h1>", "gone", "Halaman tidak ditemukan"),
        ("<title>Page Not Found | Kabar Nusa</title><p>Oops</p>", "gone", "new address"),
        ("<title>Страница не найдена</title><p>Увы</p>", "gone", "no longer there"),
        ("<title>Just a moment...</title><p>Checking</p>", "blocked", "another page in place"),
        ("<title>403 Forbidden</title><h1>Forbidden</h1>", "blocked", "403 Forbidden"),
        (f"<title>Kabar Nusa</title>{MENUS}<h1>500 Internal Server Error</h1>", "blocked", "error or maintenance page"),
        (f"<title>Kabar Nusa</title>{MENUS}<h1>We will be back soon</h1>", "blocked", "'We will be back soon'"),
        (f"<title>Kabar Nusa</title>{MENUS}<h1>Situs sedang dalam perbaikan</h1>", "blocked", "nothing to do unless"),
        ("<title>Технические работы | Кабар</title><p>Скоро вернёмся</p>", "blocked", "error or maintenance page"),
        ("<title>503 Service Temporarily Unavailable</title><p>nginx</p>", "blocked", "error or maintenance page"),
        (WALL.format(says="We value your privacy", button="Accept all and continue"), "blocked", "consent"),
        (WALL.format(says="Kami menghargai privasi Anda", button="Terima semua dan lanjutkan"), "blocked", "consent"),
        (WALL.format(says="Мы ценим вашу конфиденциальность", button="Принять все и продолжить"), "blocked", "consent"),
        (WALL.format(says="نحن نحترم خصوصيتكم", button="أوافق على الكل ومتابعة القراءة"), "blocked", "consent"),
        ("<title>kabarnusa.example</title><script src='/challenge-platform/h/b'></script>", "blocked", "in a browser"),
        ("<p>Situs ini sedang dibangun ulang.</p>", "unread", "no links"),
    ],
)  # fmt: skip
def test_page_without_items_is_told_apart(page: str, kind: str, said: str) -> None:
    for rules in (None, PageRules(item=".kartu")) if kind != "unread" else (None,):
        with pytest.raises(Unwell, match=re.escape(said)) as caught:
            read(page, rules=rules)
        assert caught.value.health.kind == kind
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "page",
    [
        "<form action='/login'><input type=password></form>",
        "<title>Masuk angin dan cara mengatasinya</title><form action='/login'><input type=password></form>",
        "<title>Berita kampus | Masuk</title><div hidden><h1>Login</h1><input type=password></div>",
        "<title>Kabar</title><h1><a href='/x'>Openpaper.com is for sale</a></h1>",
        "<h1>Rumah bekas presiden for sale</h1>",
        "<title>Newspaper domain for sale after bankruptcy</title>",
        "<p>Fatal error in the signal box led to the crash, says the report.</p>",
    ],
)
def test_news_beside_a_login_or_of_sales_and_errors_is_read(page: str) -> None:
    assert len(read(page + cards()).items) == 8


def test_news_of_missing_pages_is_no_missing_page() -> None:
    page = cards().replace(TITLES[0], "404: Halaman tidak ditemukan, kata menteri soal situs pajak")
    assert len(read(f"<title>Kabar</title><h1>Teknologi</h1>{page}").items) == 8


@pytest.mark.parametrize(
    "title", ["500 rumah rusak akibat gempa", "503 Kilometer Stau am Wochenende", "429 tewas dalam banjir"]
)
def test_news_of_five_hundred_of_something_is_no_error_page(title: str) -> None:
    page = f"<title>{title}</title><h1>{title}</h1><p>{'Kabar dari daerah itu tiba malam ini. ' * 9}</p>"
    assert pages.article(page.encode(), url=f"{URL}/1", content_type=None).title == title


@pytest.mark.parametrize("says", ["We value your privacy", "We will be back soon, say the nurses on strike"])
def test_list_below_a_cookie_banner_is_read(says: str) -> None:
    assert len(read(f"<title>Kabar</title><div><h1>{says}</h1><a href='/ok'>Accept all</a></div>{cards()}").items) == 8


def test_consent_wall_is_no_selector_that_fails() -> None:
    page = WALL.format(says="We value your privacy", button="Accept all and continue")
    with pytest.raises(Unwell, match="consent") as caught:
        read(page, rules=PageRules(item=".kartu"))
    assert caught.value.health.kind == "blocked"


@pytest.mark.parametrize(
    "title",
    [
        "Accept all and continue", "I agree and continue to the site", "Subscribe now to our newsletter", "Log in here",
        "Terima semua dan lanjutkan", "Принять все и продолжить", "أوافق على الكل",
        "Alle Cookies akzeptieren und weiter", "J'accepte tous les cookies",
        "Aceptar todas las cookies y continuar", "Tout accepter et continuer sans abonnement",
        "Aceitar todos os cookies e continuar", "Accetta tutti i cookie e continua",
        "Tüm çerezleri kabul et ve devam et", "同意并继续", "すべてのCookieを許可して続行する",
        "सभी कुकीज़ स्वीकार करें और जारी रखें",
    ],
)  # fmt: skip
def test_button_is_no_item(title: str) -> None:
    links = "".join(f"<a href='/{n}-accept-all-cookies-and-continue'>{title}</a>" for n in ("a", "b"))
    with pytest.raises(Unwell):
        read(f"<div><h2>Berita hari ini dari kami</h2>{links}</div>", known=Known())
    assert title not in [item.title and item.title.value for item in read(cards() + links).items]


@pytest.mark.parametrize("title", ["Nurses accept all terms and end strike", "Ministers agree to continue talks"])
def test_news_in_the_words_of_buttons_is_an_item(title: str) -> None:
    page = cards().replace(TITLES[0], title)
    assert title in [item.title and item.title.value for item in read(page).items]


@pytest.mark.parametrize("path", ["/subscribe-now-for-the-best-news", "/subscribe", "/login?next=berita"])
@pytest.mark.parametrize("rules", [None, PageRules(item=".k")], ids=["found", "ruled"])
def test_one_address_behind_all_cards_is_junk(path: str, rules: PageRules | None) -> None:
    page = rows(f"<div class=k><h2><a href='{path}'>{{title}}</a></h2><time datetime=2024-12-13>x</time></div>")
    with pytest.raises(Unwell, match=re.escape(f"lead to one address (https://kabarnusa.example{path})")) as caught:
        read(f"<nav><a href='/olahraga'>Olahraga</a></nav>{page}", rules=rules)
    assert caught.value.health.kind == "junk"


def test_live_report_that_a_ticker_links_again_and_again_is_an_item() -> None:
    lines = rows("<li><a href='/read/5600/langsung#{n}'>{title}</a></li>")
    assert len(read(f"<ul>{lines}</ul>{cards()}").items) == 9


def test_selector_that_matches_nothing_brings_a_proposal_that_works() -> None:
    page = cards("berita-baru", inner="jdl")
    with pytest.raises(Unwell, match=re.escape("`page.item`: '.kartu' matches nothing")) as caught:
        read(page, rules=PageRules(item=".kartu"))
    health = caught.value.health
    assert health.kind == "selector"
    assert health.proposal is not None and health.proposal in str(caught.value)
    proposed = re.fullmatch(r'page: \{item: "([^"]+)"\}', health.proposal)
    assert proposed is not None
    found = read(page, rules=PageRules(item=proposed[1]))
    assert [item.title and item.title.value for item in found.items] == TITLES
    assert pickle.loads(pickle.dumps(caught.value)).health == health


@pytest.mark.parametrize(
    "page",
    [
        cards("css-1x9k2", inner="sc-Ab3dE"),
        cards("kartu2", start=9900),
        cards().replace("<h3", "<p").replace("</h3>", "</p>"),
        f"<table>{rows('<tr><td>13.12</td><td class=t><a href=/x/{n}>{title}</a></td></tr>')}</table>",
        f"<main>{rows('<a class=k-link href=/read/{m}/judul-{n}><h4>{title}</h4></a>')}</main>",
        f"<main><ul>{rows('<li><a href=/read/{m}/judul-{n}>{title}</a></li>')}</ul></main>",
        f"<div>{rows('<p><a href=/read/{m}/judul-{n}>{title}</a></p>')}</div>",
    ],
    ids=["hashed", "addresses", "tags", "table", "wrapped", "nameless list", "nameless lines"],
)  # fmt: skip
def test_proposal_finds_the_items_of_a_rebuilt_page(page: str) -> None:
    with pytest.raises(Unwell) as caught:
        read(page, rules=PageRules(item="article.lama"))
    proposal = caught.value.health.proposal or ""
    said = dict(re.findall(r'(\w+): "([^"]+)"', proposal))
    assert "css-" not in proposal and "sc-" not in proposal
    assert said["item"] not in {"div", "li", "a", "span", "p"}, "which the next block of the page matches, too"
    found = read(page, rules=PageRules(**said))
    assert [item.title and item.title.value for item in found.items] == TITLES


def test_no_proposal_where_nothing_is_found_again() -> None:
    with pytest.raises(Unwell) as caught:
        read(MENUS, rules=PageRules(item=".kartu"))
    assert caught.value.health.proposal is None


@pytest.mark.parametrize(
    ("page", "rules"),
    [
        ("<div class='daftar'><p>Belum ada berita untuk hari ini.</p></div>", PageRules(item=".kartu")),
        ("<main><p>Сегодня новостей нет</p><p>Новостей пока нет</p></main>", None),
        ("<section><p>لا توجد أخبار حاليا</p></section>", None),
        ("<nav><a href='/olahraga'>Olahraga</a></nav><div class='daftar'></div>", PageRules(item=".daftar .kartu")),
        ("<nav><a href='/olahraga'>Olahraga</a></nav><ul class='list'> </ul>", None),
    ],
)
def test_list_that_is_only_empty_is_no_error(page: str, rules: PageRules | None) -> None:
    feed = read(page, rules=rules)
    assert feed.items == ()
    assert pages.judge((), url=URL, ruled=rules is not None, known=KNOWN).health.kind == "empty"


def test_list_that_was_rebuilt_is_not_empty() -> None:
    page = cards("lain") + "<div class='komentar'><p>Belum ada data komentar.</p></div>"
    with pytest.raises(Unwell):
        read(page, rules=PageRules(item=".daftar .kartu"))


def test_matches_that_lead_to_one_address_are_junk() -> None:
    page = re.sub(r'href="/read[^"]*"', 'href="/login?next=1"', cards())
    with pytest.raises(Unwell, match="lead to one address") as caught:
        read(page, rules=PageRules(item=".kartu"))
    assert caught.value.health.kind == "junk"


def test_wrong_selector_is_no_matter_of_health() -> None:
    with pytest.raises(ParseError, match="not a CSS selector") as caught:
        read(cards(), rules=PageRules(item="div["))
    assert not isinstance(caught.value, Unwell)


# --- what a list of items is -----------------------------------------------------------------------------------------


def judged(entries: list[Entry], *, known: Known = KNOWN, ruled: bool = False) -> tuple[str, list[str | None]]:
    verdict = pages.judge(entries, url=URL, ruled=ruled, known=known)
    assert "\n" not in verdict.health.words
    assert bool(verdict.health.words) == (verdict.health.kind != "well")
    return verdict.health.kind, list(verdict.doubts)


def test_list_as_ever_is_well() -> None:
    fresh = entry(50, title="Kabar yang sama sekali baru pagi ini")
    assert judged([fresh, *map(entry, range(8))]) == ("well", [None] * 9)
    assert judged([fresh], known=Known()) == ("well", [None])


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (entry(50, title="Kabar lain yang baru", url="https://toko.example/a/1"), "another host (toko.example)"),
        (entry(50, title="12/34"), "no words in its title"),
        (entry(50, title="Baca selengkapnya"), "the site's own menus"),
        (entry(50, title="Privacy Policy", dated=False), "the site's own menus"),
        (entry(50, title="Kabar lain yang baru", url="https://kabarnusa.example/login?r=1"), "such as a login"),
        (entry(50, title="Kabar lain yang baru", dated=False), "no date, though all others have one"),
    ],
)
def test_item_unlike_the_last_good_ones_is_doubtful(odd: Entry, said: str) -> None:
    kind, doubts = judged([*map(entry, range(8)), odd])
    assert (kind, doubts[:8]) == ("doubtful", [None] * 8)
    assert said in (doubts[8] or "")


def test_item_without_a_date_is_doubtful_at_a_first_visit_where_the_others_have_one() -> None:
    odd = entry(50, title="Kantor pekerjaan umum", dated=False)
    kind, doubts = judged([*map(entry, range(8)), odd], known=Known())
    assert (kind, doubts[:8]) == ("doubtful", [None] * 8)
    assert "no date, though" in (doubts[8] or "")
    # Few items, or dates on some of them, make no habit.
    assert judged([*map(entry, range(3)), odd], known=Known())[1] == [None] * 4
    assert judged([*map(entry, range(6)), *[entry(n, dated=False) for n in (6, 7)], odd], known=Known())[0] == "well"


def test_known_item_stays_without_doubt() -> None:
    assert judged([*map(entry, range(7)), entry(7, dated=False)])[1] == [None] * 8


def test_one_title_on_many_items_is_doubtful() -> None:
    same = [entry(60 + n, title="Foto hari ini") for n in range(3)]
    _, doubts = judged([*map(entry, range(8)), *same])
    assert [doubt is not None for doubt in doubts] == [False] * 8 + [True] * 3
    assert judged(same[:2], known=Known())[1] == [None, None]


def test_rebuilt_page_full_of_unknown_items_is_doubtful_until_selectors_name_them() -> None:
    wave = [
        entry(n, title=f"Layanan nomor {n} dari kami", url=f"https://kabarnusa.example/layanan-kami-nomor-{word}")
        for n, word in enumerate(("a", "b", "c", "d", "e", "f", "g", "h", "i"))
    ]
    kind, doubts = judged(wave)
    assert kind == "doubtful"
    assert all("unknown like most others" in (doubt or "") for doubt in doubts)
    assert judged(wave, ruled=True) == ("well", [None] * 9)
    # One lucky match tells nothing of the others.
    for lucky in (entry(3), entry(80, title="Satu yang dibentuk seperti dulu")):
        kind, doubts = judged([*wave, lucky])
        assert (kind, [doubt is None for doubt in doubts]) == ("doubtful", [False] * 9 + [True])
    usual = [entry(70 + n, title=f"Kabar baru nomor {n} pagi ini") for n in range(9)]
    assert judged(usual) == ("well", [None] * 9)


def test_rebuilt_page_of_known_headlines_shows_how_its_new_addresses_look() -> None:
    moved = [entry(n, url=f"https://kabarnusa.example/kapal-feri-tiba-di-{word}") for n, word in enumerate(NUMBERS)]
    fresh = [
        entry(60 + n, title=f"Kabar baru nomor {n} pagi ini", url=f"https://kabarnusa.example/kabar-yang-baru-{word}")
        for n, word in enumerate(NUMBERS)
    ]
    assert judged([*fresh[:2], *moved]) == ("well", [None] * 10)
    assert judged([*fresh, *moved[:4]]) == ("well", [None] * 12)
    assert [doubt is None for doubt in judged([*fresh, *moved[:2]])[1]] == [False] * 8 + [True] * 2


def test_dates_that_vanished_are_told() -> None:
    assert judged([entry(n, dated=False) for n in range(8)])[0] == "undated"
    undated = Known(tuple(Seen(one.title, one.url, False) for one in LAST))
    assert judged([entry(n, dated=False) for n in range(8)], known=undated)[0] == "well"


def test_dates_that_vanished_say_what_to_do() -> None:
    undated = [entry(n, dated=False) for n in range(8)]
    for selector, todo in ((None, "give their selector as `page.date`"), ("time", "`page.date`: 'time' finds none")):
        verdict = pages.judge(undated, url=URL, ruled=True, known=KNOWN, dated_by=selector)
        assert todo in verdict.health.words


def test_items_that_all_lead_to_a_login_are_junk() -> None:
    stopped = [entry(n, url=f"https://kabarnusa.example/login?next={n}") for n in range(8)]
    assert judged(stopped)[0] == "junk"


LINKS = {
    "paywall": ("/langganan?next={n}", True),
    "gate": ("/masuk-dulu?lanjut=/read/{n}", True),
    "one": ("/pilih-paket", True),
    "article by number": ("/berita.php?id={n}", False),
    "article by code": ("/detail?docId=A{n}x", False),
    "article by words": ("/detail?judul=berita-yang-cukup-panjang-{n}", False),
    "article": ("/kabar/judul-berita-nomor-{n}", False),
    "as ever": ("/read/{n}/judul?x={n}", False),
}


@pytest.mark.parametrize("case", LINKS)
def test_links_under_one_path_that_no_item_had_lead_to_no_article(case: str) -> None:
    link, is_junk = LINKS[case]
    moved = [entry(n, url=f"https://kabarnusa.example{link.format(n=n)}") for n in range(8)]
    verdict = pages.judge([entry(50, title="Kabar baru pagi ini"), *moved], url=URL, ruled=True, known=KNOWN)
    assert verdict.strays == (False, *[is_junk] * 8)
    assert verdict.health.kind == ("junk" if is_junk else "well")
    assert [doubt is None for doubt in verdict.doubts] == [True, *[not is_junk] * 8]
    always = Known(tuple(Seen(one.title, one.url, True) for one in moved))
    assert not any(pages.judge(moved, url=URL, ruled=True, known=always).strays)


@pytest.mark.parametrize(
    ("gap", "silent", "kind"),
    [(3600.0, 86400.0, "well"), (3600.0, 3 * 86400.0, "frozen"), (86400.0, 10 * 86400.0, "well"), (None, 9e9, "well")],
)
def test_list_is_frozen_when_silent_for_many_times_its_gap(gap: float | None, silent: float, kind: str) -> None:
    known = Known(LAST, gap=gap, silent=silent)
    assert judged([entry(n) for n in range(8)], known=known)[0] == kind
    assert pages.still(known).kind == kind
    assert judged([entry(50, title="Kabar yang sama sekali baru"), *map(entry, range(8))], known=known)[0] == "well"
