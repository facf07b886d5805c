"""Pages that stand in place of articles: what earlier visits saw of them, and what the list says, tell them."""

import html

import pytest
from hostile import Reply, answer
from test_articles import Round, bounded, here, page, serve, told  # noqa: F401

NEWS = (
    "Gempa guncang Bengkulu sebelum fajar",
    "Rupiah menguat terhadap dolar sore ini",
    "Timnas menundukkan Vietnam di Gelora Bung Karno",
    "Harga cabai melonjak menjelang tahun baru",
    "Museum nasional membuka kembali ruang pamer",
)
STUB = "Nikmati sajian terbaik dari redaksi setiap saat di mana pun Anda berada bersama keluarga tercinta. " * 4


def listing(count: int) -> bytes:
    rows = [f"<article><h2><a href='/berita/{n}'>{NEWS[n]}</a></h2></article>" for n in range(count)]
    return f"<html lang='id'><title>Portal</title><main>{''.join(rows)}</main></html>".encode()


def article(title: str, text: str = STUB) -> Reply:
    """An article's page whose head names the report, whatever its text is."""
    return page(title, text)


def test_a_wall_of_an_earlier_visit_is_known_again_on_one_page(here: Round) -> None:  # noqa: F811
    """As where older items are out of tries, and only a new one is asked for."""
    serve(here.server, listing(3), '"one"')
    here.server.replies |= {f"/berita/{n}": article(NEWS[n]) for n in range(5)}
    for _ in range(4):
        here.visit()
    serve(here.server, listing(4), '"two"')
    visited, asked = here.visit()
    assert (visited.new, asked) == (1, ["/berita/3"])
    assert [one["content"] for one in here.entries()] == [""] * 4
    assert "the same text" in here.problems()


def test_one_new_item_at_each_visit_behind_a_wall_keeps_the_words_of_its_list(here: Round) -> None:  # noqa: F811
    here.server.replies |= {f"/berita/{n}": page("Portal", STUB) for n in range(5)}
    for count in range(1, 6):
        serve(here.server, listing(count), f'"{count}"')
        assert here.visit()[0].changed == 0
    assert [(one["title"], one["content"]) for one in here.entries()] == [(news, "") for news in NEWS]
    assert "tells nothing of" in here.problems()


def test_a_text_that_another_report_of_the_source_has_is_no_article(here: Round) -> None:  # noqa: F811
    here.server.replies |= {f"/berita/{n}": article(NEWS[n]) for n in range(5)}
    for count in (1, 2):
        serve(here.server, listing(count), f'"{count}"')
        here.visit()
    assert sorted(len(one["content"]) > 0 for one in here.entries()) == [False, True]


def test_one_report_at_two_addresses_keeps_its_text(here: Round) -> None:  # noqa: F811
    text = f"{NEWS[0]}, kata badan itu. Warga di pesisir keluar dari rumah mereka dan menunggu kabar. " * 5
    rows = [f"<article><h2><a href='/berita/{n}'>{NEWS[0]}{', 3 luka' * n}</a></h2></article>" for n in range(2)]
    here.server.replies |= {f"/berita/{n}": article(NEWS[0], text) for n in range(2)}
    for count in (1, 2):
        serve(here.server, f"<html lang='id'><main>{''.join(rows[:count])}</main></html>".encode(), f'"{count}"')
        here.visit()
    assert ["pesisir" in one["content"] for one in here.entries()] == [True, True]


@pytest.mark.parametrize("headline", [NEWS[0], f"{NEWS[0]}, tiga luka"])
def test_one_report_in_three_sections_keeps_its_text_and_is_no_wall_later(headline: str, here: Round) -> None:  # noqa: F811
    text = f"{NEWS[0]}, kata badan itu. Warga di pesisir keluar dari rumah mereka dan menunggu kabar. " * 5
    rows = [f"<article><h2><a href='/berita/{n}'>{NEWS[0]}</a></h2></article>" for n in range(4)]
    rows[2] = rows[2].replace(NEWS[0], "Malam panjang di tenda: kisah mereka yang selamat")
    rows[3] = rows[3].replace(NEWS[0], f"{NEWS[0]} kemarin")
    here.server.replies |= {f"/berita/{n}": article(headline, text) for n in range(4)}
    for count in (3, 4):
        serve(here.server, f"<html lang='id'><main>{''.join(rows[:count])}</main></html>".encode(), f'"{count}"')
        here.visit()
        assert ["pesisir" in one["content"] for one in here.entries()] == [True] * count, here.problems()


def test_articles_that_tell_in_one_line_what_their_pictures_show_keep_it(here: Round) -> None:  # noqa: F811
    line = "Simak hasil lengkap pertandingan dan klasemen sementara pada infografik yang diolah redaksi berikut ini."
    teams = ("Persib menang telak di Bandung", "Arema kalah telak di Malang", "Persik juara telak di Kediri")
    listed = (f"Hasil: {teams[0]}", f"Hasil: {teams[1]}", "Macan Putih membawa pulang piala")
    here.server.replies |= {f"/berita/{n}": page(f"Hasil: {team}", line) for n, team in enumerate(teams)}
    rows = [f"<article><h2><a href='/berita/{n}'>{title}</a></h2></article>" for n, title in enumerate(listed)]
    for count in (1, 2, 3):
        serve(here.server, f"<html lang='id'><main>{''.join(rows[:count])}</main></html>".encode(), f'"{count}"')
        here.visit()
    assert ["infografik" in one["content"] for one in here.entries()] == [True] * 3, here.problems()


REWRITTEN = {
    "German": (
        "Im Video: So spektakulär stürzt der riesige Schornstein ein",
        "Sprengung in Duisburg: 120-Meter-Turm ist Geschichte",
        "Mit Dynamit haben Fachleute am Sonntag das frühere Kraftwerk zu Fall gebracht.",
    ),
    "Korean": (
        "대통령실은 국회의원들과 기획재정부에서 부동산정책을 논의했다",
        "윤 대통령, 여당 의원 만나 집값 대책 협의",
        "대통령실이 여당 국회의원단을 만나 기획재정부가 마련한 부동산 대책을 협의했다고 밝혔다.",
    ),
    "Turkish": ("KIRIKKALE'DE KIRMIZI ALARM: YILDIRIM VURDU", "Kıyıda panik", "Kırıkkale'de kırmızı alarm verildi."),
    "gallery": (
        "Melihat dari dekat suasana kampung nelayan yang terendam",
        "FOTO: Rob Pekalongan",
        "Banjir pasang air laut kembali merendam ratusan rumah di pesisir, Jawa Tengah, sejak akhir pekan.",
    ),
}


@pytest.mark.parametrize("case", REWRITTEN)
def test_a_short_article_under_another_headline_than_its_lists_keeps_its_text(case: str, here: Round) -> None:  # noqa: F811
    listed, headline, text = REWRITTEN[case]
    here.server.replies["/berita/0"] = answer(
        f"<html><title>{headline} - Koran</title><article><h1>{headline}</h1><p>{text}</p></article></html>".encode()
    )
    serve(here.server, listing(1).replace(NEWS[0].encode(), listed.encode()), '"one"')
    here.visit()
    assert [text in html.unescape(one["content"]) for one in here.entries()] == [True], here.problems()


@pytest.mark.parametrize(
    "said",
    [
        '<meta property="og:type" content="article">',
        '<meta property="article:published_time" content="2026-03-02T07:00:00Z">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Zwei Tote"}</script>',
    ],
)
def test_a_page_that_says_that_it_is_an_article_is_one_under_any_headline(said: str, here: Round) -> None:  # noqa: F811
    shown = (
        f"<title>Zwei Tote</title>{said}<article><h1>Zwei Tote</h1><p>Die Polizei sperrte den Hafen ab.</p></article>"
    )
    here.server.replies["/berita/0"] = answer(f"<html lang='de'>{shown}</html>".encode())
    serve(here.server, listing(1), '"one"')
    here.visit()
    assert ["Hafen" in one["content"] for one in here.entries()] == [True], here.problems()


@pytest.mark.parametrize("head", ["Kabar Nusa", ""])
def test_the_name_of_the_site_is_no_headline(head: str, here: Round) -> None:  # noqa: F811
    """An article whose head has the outlet's name alone keeps the headline of its list."""
    text = f"<p>{NEWS[0]}, kata badan meteorologi. Warga di pesisir keluar dari rumah dan menunggu kabar.</p>" * 5
    shown = f"<html lang='id'><title>{head}</title><main><div>{NEWS[0]}</div>{text}</main></html>".encode()
    here.server.replies["/berita/0"] = answer(shown)
    serve(here.server, listing(1), '"one"')
    here.visit()
    (one,) = here.entries()
    assert one["title"] == NEWS[0] and "pesisir" in one["content"]


def test_the_heading_that_the_list_announced_is_the_articles(here: Round) -> None:  # noqa: F811
    whole = f"{NEWS[0]}, tiga luka"
    text = "<p>Badan meteorologi mencatat getaran selama satu menit. Warga di pesisir menunggu kabar.</p>" * 5
    here.server.replies["/berita/0"] = answer(
        f"<html lang='id'><title>Kabar Nusa</title><h2>Terkini</h2><h1>{whole}</h1>{text}</html>".encode()
    )
    serve(here.server, listing(1), '"one"')
    here.visit()
    assert [(one["title"], "pesisir" in one["content"]) for one in here.entries()] == [(whole, True)]
