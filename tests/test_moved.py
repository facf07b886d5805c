"""Whether the page to which an article's address led is that article, or a list of others in its place."""

import json

import pytest

from aggregator import pages
from aggregator.errors import ParseError
from aggregator.pages import moved

SITE = "https://kabar.example"
HERE = f"{SITE}/2024/12/feri-mogok/"
SECTION = f"{SITE}/ekonomi/"
LISTED = "Feri mogok di selat saat badai, ratusan penumpang terjebak"
REWRITTEN = "Penyeberangan lumpuh, ratusan truk antre di Merak"
WORDS = "<p>Kapal itu tiba di pelabuhan dengan muatan beras dan pupuk untuk warga pulau pada hari Kamis.</p>" * 6
OTHERS = ("Harga beras naik di pasar induk", "Gempa guncang Sulawesi dini hari", "Presiden lantik menteri baru")
CARDS = "".join(f"<h2><a href='/n/{n}'>{title}</a></h2>{WORDS}" for n, title in enumerate((LISTED, *OTHERS), 1))
OG = "<meta property=og:type content=article>"
DATED = "<meta property=article:published_time content=2024-12-12>"


def data(*things: object) -> str:
    """Write data of a page (JSON-LD)."""
    return f"<script type='application/ld+json'>{json.dumps({'@graph': things})}</script>"


def thing(headline: str = REWRITTEN, kind: object = "NewsArticle", **fields: object) -> dict[str, object]:
    """Give what a page's data says of an article."""
    return {"@type": kind, "headline": headline, "datePublished": "2024-12-12", **fields}


def read(title: str, head: str = "", body: str = "", *, url: str = HERE, listed: str = LISTED) -> str:
    """Read a page to which an article's address led, and give its text; nothing where it is refused."""
    page = f"<html lang=id><head><title>{title}</title>{head}</head><body><main>{body}</main></body></html>"
    try:
        asked, kind = f"{SITE}/n/1", "text/html; charset=utf-8"
        found = pages.article(page.encode(), url=url, content_type=kind, listed=listed, asked=asked)
    except ParseError as error:
        assert "leads to another page" in str(error), error
        return ""
    return found.content or ""


MARKED = f"<div itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop=headline>{REWRITTEN}</h1>{WORDS}</div>"
ARTICLE = f"<article><h1>{REWRITTEN}</h1>{WORDS}</article>"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (OG + DATED, ARTICLE),
        (OG + data({"@type": "WebPage", "@id": HERE, "datePublished": "2024-12-12"}), ARTICLE),
        (OG + "<meta property=article:modified_time content=2024-12-12>", ARTICLE),
        (OG + DATED + data({"@type": "CollectionPage", "@id": SECTION}, {"@type": "WebPage", "@id": HERE}), ARTICLE),
        (data(thing(url=HERE)), ARTICLE),
        (data(thing(url=HERE.replace("https", "http").replace("//", "//www."))), ARTICLE),
        (data(thing(url=HERE.replace("//", "//m."))), ARTICLE),
        (data(thing(mainEntityOfPage={"@id": f"{HERE}#article"}), {"@type": "WebPage", "url": HERE}), ARTICLE),
        (f"<link rel=canonical href={SITE}/x/12345>" + data(thing(url=f"{SITE}/x/12345")), ARTICLE),
        ("<img src=/pixel.gif>&nbsp;" + OG + DATED, ARTICLE),
        (data(thing(), thing(kind="Article")), ARTICLE),
        (data(thing("a\u0300\u0316" * 40_000), thing(url=HERE)), ARTICLE),
        (data(thing(), thing("Lain lagi dan lain", url=f"{SITE}/n/2")), ARTICLE),
        (data(thing(mainEntityOfPage={"@type": "WebPage", "@id": SITE})), ARTICLE),
        (data(thing(mainEntityOfPage="https://google.example/article")), ARTICLE),
        (data(thing(url=f"{SITE}/n/1")), ARTICLE),
        (data(thing(kind=["NewsArticle", "ItemList"], url=HERE)), ARTICLE),
        (data({"@type": "ItemList", "mainEntity": thing("Lain lagi", url=HERE)}), ARTICLE),
        ("<meta property=og:type content=news>" + DATED, ARTICLE),
        ("", MARKED),
        (
            "",
            MARKED
            + "".join(
                f"<div itemscope itemtype='//schema.org/Article'><h2 itemprop=name>{t}</h2></div>" for t in OTHERS
            ),
        ),
    ],
)
def test_a_page_that_says_that_it_is_an_article_is_one_whatever_its_headline(head: str, body: str) -> None:
    assert "pupuk" in read(f"{REWRITTEN} - Kabar", head, body)


@pytest.mark.parametrize(
    ("listed", "title", "body"),
    [
        (LISTED, f"{LISTED} - Kabar", f"<h1>{LISTED}</h1>"),
        (LISTED, f"{LISTED}, kapal ditarik", ""),
        ("FOTO: Feri mogok di selat saat badai, ratusan...", LISTED, ""),
        (LISTED, "Kabar", f"<h1>{LISTED}</h1>"),
        (LISTED, "Kabar", f"<h1><a href='{HERE}?utm_source=x'>{LISTED}</a> <a href=/penulis/ani>Ani</a></h1>"),
        (LISTED, "Kabar", f"<h1><a href='#isi'>{LISTED}</a></h1>"),
        ("Museum search: Feri mogok di selat", "Museum search: Feri mogok di selat", ""),
        ("בית־המשפט דחה את הערעור של ראש־הממשלה", "בית המשפט דחה את הערעור של ראש הממשלה", ""),
        ("台湾东部海域发生强烈地震 多地震感明显", "台湾东部海域发生强烈地震_新浪新闻", ""),
        ("نائب الرئيس يعلن فتح معبر رفح أمام الجرحى", "نائبُ الرئيسِ يُعلن فتحَ مَعبر رفح أمام الجرحى", ""),
    ],
)
def test_a_page_that_has_the_headline_of_the_list_is_the_article(listed: str, title: str, body: str) -> None:
    assert "pupuk" in read(title, "", f"<article>{body}{WORDS}</article>", listed=listed)


@pytest.mark.parametrize(
    ("title", "head", "body"),
    [
        ("Ekonomi - Kabar", "", CARDS),
        ("Kabar", OG, CARDS),
        ("Kabar", OG, f"<meta itemprop=datePublished content=2024-12-12>{CARDS}"),
        ("Kabar", data(*({"@type": "BlogPosting", "mainEntityOfPage": SECTION, "author": n} for n in "ab")), CARDS),
        ("Kabar", OG + DATED + data({"@type": "CollectionPage", "url": SECTION}), CARDS),
        ("Kabar", OG + DATED + data({"@type": ["WebPage", "CollectionPage"]}), CARDS),
        ("Feri saat badai: semua kabar", "", CARDS),
        ("Kabar", "", f"<h1><a href='/n/1?utm_source=x'>{LISTED}</a></h1>{CARDS}"),
        ("Kabar", "", f"<a href='/n/1'><h1>{LISTED}</h1></a>{CARDS}"),
        ("Kabar", "", "".join(f"<h1>{title}</h1>{WORDS}" for title in (LISTED, *OTHERS))),
        ("Kabar", "", f"<div><h2>{LISTED}</h2>{WORDS}<a href='/n/1'>Selengkapnya</a></div>{CARDS}"),
        ("Kabar", data(thing(LISTED, url="/n/1")), CARDS),
        ("Kabar", data(*(thing(title, url=f"/n/{n}") for n, title in enumerate((LISTED, *OTHERS), 1))), CARDS),
        ("Kabar", data(*(thing(title, url=SECTION) for title in (LISTED, *OTHERS))), CARDS),
        ("Kabar", data({"@type": "ItemList", "itemListElement": [{"item": thing(LISTED)}]}), CARDS),
        ("Kabar", data(thing(LISTED)), CARDS),
        ("Kabar", data({"@type": "Article", "author": "Ani"}), CARDS),
        ("Kabar", data({"@type": "Blog", "blogPost": [{"@type": "BlogPosting", "@id": f"#{n}"} for n in "12"]}), CARDS),
        ("Kabar", data(*({"@type": "NewsArticle", "url": f"https://lain.example/{n}"} for n in range(5))), CARDS),
        ("Kabar", "", f"<div itemscope itemtype='//schema.org/Article'>{CARDS}</div>"),
        (
            "Kabar",
            "",
            f"<div itemscope itemtype='//schema.org/Article'><a itemprop=url href=/n/2>{OTHERS[0]}</a></div>{CARDS}",
        ),
        ("Kabar", "", "".join(f"<div itemscope itemtype='//schema.org/NewsArticle'><h2>{t}</h2>" for t in OTHERS)),
        (f"Results for {LISTED}", "", CARDS),
        (f"Hasil pencarian: {LISTED}", "", f"<h1>Hasil pencarian: {LISTED}</h1>{CARDS}"),
    ],
)
def test_a_page_that_lists_articles_is_none(title: str, head: str, body: str) -> None:
    assert read(title, head, body, url=SECTION) == ""


@pytest.mark.parametrize("url", [f"{SITE}/?s=feri", f"{SITE}/cari/feri"])
def test_an_address_of_what_was_found_needs_more_than_the_headline(url: str) -> None:
    assert read(LISTED, "", WORDS, url=url) == ""
    assert read(LISTED, OG + DATED, WORDS, url=url)


@pytest.mark.parametrize(
    ("title", "item"),
    [
        ("Timnas Indonesia", "Timnas Indonesia kalahkan Vietnam"),
        ("Liga 1", "Liga 1 ditunda"),
        ("Editorial", "Editorial"),
        ("Real Madrid hari ini", "Real Madrid menang tipis hari Minggu ini"),
        ("قطاع غزة", "قصف على قطاع غزة"),
    ],
)
def test_a_topic_is_no_article_though_an_article_has_its_name_in_its_headline(title: str, item: str) -> None:
    listing = {"@type": "ItemList", "itemListElement": [{"item": thing(one, url="/n/9")} for one in (item, *OTHERS)]}
    marked = "".join(
        f"<div itemscope itemtype='//schema.org/NewsArticle'><h2 itemprop=headline>{one}</h2>{WORDS}</div>"
        for one in (item, *OTHERS)
    )
    assert read(f"{title} - Kabar", data(listing), f"<h1>{title}</h1>{CARDS}", url=f"{SITE}/timnas/") == ""
    assert read(f"{title} - Kabar", "", f"<h1>{title}</h1>{marked}", url=f"{SITE}/timnas/") == ""


def test_of_a_page_that_marks_or_lists_thousands_a_bounded_part_is_looked_at() -> None:
    nested = "<div itemscope itemtype='//schema.org/Article' itemprop='headline name url'>" * 200 + "<b>x</b>" * 5000
    many = data(*(thing(f"Satu {n} dua tiga", url=f"/{n}") for n in range(moved.MOST)), thing(url=HERE))
    assert read("Kabar", "", nested) == read("Kabar", many, ARTICLE) == ""


@pytest.mark.parametrize("url", [f"{SITE}/tag/gempa-bumi-cianjur", f"{SITE}/penulis/gempa"])
def test_an_address_of_a_topic_or_an_author_needs_more_than_the_headline(url: str) -> None:
    assert read("Gempa Bumi Cianjur", "", CARDS, url=url, listed="Gempa bumi Cianjur") == ""


def test_an_address_with_very_many_fields_is_read_as_any_other() -> None:
    assert "pupuk" in read(LISTED, "", ARTICLE, url=f"{HERE}?{'&'.join(f'a{n}=1' for n in range(2000))}")


@pytest.mark.parametrize("url", [f"{SITE}/info/feri-mogok", f"{SITE}/archive/2024/12/feri", f"{SITE}/riset?page=1"])
def test_an_address_may_be_any_other(url: str) -> None:
    assert "pupuk" in read(f"{LISTED} - Pusat Research Nasional", "", ARTICLE, url=url)


@pytest.mark.parametrize(
    ("asked", "url", "is_led"),
    [
        ("http://www.kabar.example/n/1234", "https://m.kabar.example/n/1234/?cookies=1", False),
        ("http://kabar.example/N/Feri-Mogok-Lagi", "http://kabar.example/n/feri-mogok-lagi/index.html", False),
        ("http://kabar.example/n/feri-mogok-lagi", "http://kabar.example/n/feri-mogok-lagi/amp/", False),
        ("http://kabar.example/n/feri", "http://kabar.example/n/feri?cookieconsent=1", False),
        ("http://kabar.example/baca.php?id=51", "http://kabar.example/baca.php?id=51&sid=abc", False),
        ("http://kabar.example/baca.php?id=51", "http://kabar.example/baca.php", True),
        ("http://kabar.example/read/512", "http://kabar.example/read/512/feri-mogok", False),
        ("http://kabar.example//n/feri.html", "http://kabar.example/amp/n/feri;jsessionid=1", False),
        ("http://kabar.example/ekonomi", "http://kabar.example/ekonomi/feri", True),
        ("http://kabar.example/berita?id=5", "http://kabar.example/berita?id=6", True),
        ("http://kabar.example/berita?feri-mogok", "http://kabar.example/berita", True),
        ("http://kabar.example/caf%C3%A9/feri", "http://kabar.example/café/feri", False),
        ("http://kabar.example/?p=5", "http://kabar.example/n/feri", True),
        ("http://kabar.example/", "http://kabar.example", False),
    ],
)
def test_an_address_leads_elsewhere_where_its_path_does(asked: str, url: str, is_led: bool) -> None:
    assert moved.is_led(asked, url) is is_led


@pytest.mark.parametrize("asked", ["http://kabar.example/n/1", "http://kabar.example/?4567"])
@pytest.mark.parametrize(
    "url", ["http://kabar.example", "https://www.kabar.example/#a", "http://kabar.example/index.php"]
)
def test_a_front_page_is_no_article(asked: str, url: str) -> None:
    with pytest.raises(ParseError, match="front page"):
        moved.is_led(asked, url)


@pytest.mark.parametrize("listed", ["Gaza", "", "Live: Gaza"])
def test_a_headline_that_tells_too_little_is_no_proof(listed: str) -> None:
    assert read("Gaza", "", f"<h1>Gaza</h1>{CARDS}", url=f"{SITE}/gaza/", listed=listed) == ""


@pytest.mark.parametrize(
    "heading",
    [f"<a href='/tag/feri'>Feri</a> {LISTED[5:]}", f"<a href='/?p=12'>{LISTED}</a>", f"{LISTED} <a href=/p/a>Ani</a>"],
)
def test_a_page_at_its_own_address_keeps_its_heading_whatever_that_links_to(heading: str) -> None:
    page = f"<html><head><title>{LISTED[:30]}...</title></head><body><article><h1>{heading}</h1>{WORDS}</article>"
    found = pages.article(page.encode(), url=HERE, content_type="text/html", listed=LISTED)
    assert found.title is not None and found.title.startswith(LISTED)
    assert "<h" not in (found.content or "")
