"""Made-up front pages of any shape, with the truth about their links: for tests of link finding on unseen sites."""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

WORDS = {
    "en": """
    harbour council votes after storm ferry bridge old market nurses strike rain final tram line bees valley
    law rent climbers rescued wheat prices museum bronze court tunnel schools heat mayor reef bread winter
    budget river team
    """,
    "id": """
    gempa guncang pesisir barat pemerintah tambah anggaran irigasi harga beras turun jembatan baru tim putri
    petani garam panen kapal banjir surut warga bandara dibuka rupiah menguat sekolah nelayan festival dokter
    kereta malam
    """,
    "ru": """
    паром остров шторм совет рынок рубль банк врачи забастовка дождь финал трамвай весна пчёлы долина
    парламент закон аренда альпинисты склон пшеница цены музей бронза суд тоннель школы жара учёные риф хлеб
    мост
    """,
    "ar": """
    عودة العبارات الجزر بعد العاصفة المجلس سوق السمك الدولار البنك إضراب الأمطار نهائي ترام شارع النحل الوادي
    البرلمان قانون إنقاذ الجبل القمح المتحف المحكمة الميناء المدارس الحر علماء الشعاب الخبز الجسر
    """,
    "es": """
    puerto concejo mercado viejo lluvia final huelga enfermeras peso banco tranvía calle abejas valle congreso
    ley alquiler rescatan norte trigo museo bronce corte túnel escuelas calor mapa arrecife pan puente río
    equipo
    """,
    "de": """
    Fähre Insel Sturm Stadtrat Fischmarkt Euro Notenbank Streik Regen Finale Straßenbahn Bienen Tal Parlament
    Gesetz Miete Nordwand Weizen Museum Bronze Gericht Tunnel Schule Hitze Riff Brot Brücke Fluss Haushalt
    """,
}
SECTIONS = "news world business sport culture opinion science travel health local politics climate".split()  # noqa: SIM905
LONG_SECTIONS = [
    "Middle East and Africa",
    "Science and the environment",
    "Our readers write",
    "Arts, books and theatre",
]
LEGAL = [
    "About us",
    "Privacy policy and cookies",
    "Terms of use",
    "Contact the newsroom",
    "Advertise with us",
    "Work for us",
]
TAGS = ["harbour tunnel", "bank rates and the euro", "elections 2024 in the north", "storm", "the old market"]


@dataclass(frozen=True, slots=True)
class Front:
    """A page, its address, and the addresses on it that lead to articles."""

    url: str
    html: str
    articles: frozenset[str]
    shape: str


@dataclass(frozen=True, slots=True)
class _Report:
    url: str
    title: str
    day: int
    number: int


def front(seed: int) -> Front:
    """Make a front page: the same for the same seed."""
    chance = random.Random(seed)
    host = f"https://site{seed}.example"
    language = chance.choice(sorted(WORDS))
    address = chance.choice(sorted(ADDRESSES))
    cards = chance.choice(sorted(CARDS))
    words = WORDS[language].split()
    reports = []
    for number in range(chance.randint(7, 30)):
        title = " ".join(chance.sample(words, chance.randint(4, 9))).capitalize()
        url = host + ADDRESSES[address](chance, title, number)
        reports.append(_Report(url, title, 1 + number % 28, number))
    aside = reports[-min(5, len(reports) // 4) :] if chance.random() < 0.5 else []
    main = [report for report in reports if report not in aside]
    body = "\n".join(
        (
            _header(chance, host),
            _list(chance, main, cards),
            _aside(chance, aside),
            _extras(chance, host),
            _footer(chance, host),
        )
    )
    page = f'<!DOCTYPE html><html lang="{language}"><head><title>Site {seed}</title></head><body>{body}</body></html>'
    return Front(host + "/", page, frozenset(report.url for report in reports), f"{language} {address} {cards}")


# --- addresses -------------------------------------------------------------------------------------------------------


def slug(title: str, most: int = 99) -> str:
    """Give a title as sites write it in addresses: native letters where they are not Latin, else plain ones."""
    plain = "".join(one for one in unicodedata.normalize("NFD", title.lower()) if not unicodedata.combining(one))
    return quote("-".join(re.findall(r"\w+", plain.replace("ß", "ss"))[:most]))


def _section(chance: random.Random) -> str:
    return chance.choice(SECTIONS)


Address = Callable[[random.Random, str, int], str]
ADDRESSES: dict[str, Address] = {
    "root-slug": lambda chance, title, n: f"/{slug(title)}/",
    "section-slug": lambda chance, title, n: f"/{_section(chance)}/{slug(title)}",
    "short-slug": lambda chance, title, n: (
        f"/news/{slug(title, 1)}-{chance.choice('abcdefgh')}{chance.choice('klmn')}{n}"
    ),
    "dated-slug": lambda chance, title, n: f"/2024/12/{1 + n % 28:02}/{slug(title, 5)}",
    "slug-number": lambda chance, title, n: f"/{_section(chance)}/{slug(title, 6)}-{810000 + 7 * n}.html",
    "number": lambda chance, title, n: f"/news/{51000 + n}",
    "small-number": lambda chance, title, n: f"/node/{301 + n}",
    "query-id": lambda chance, title, n: f"/news.php?id={700 + n}",
    "query-p": lambda chance, title, n: f"/?p={3300 + n}",
    "code": lambda chance, title, n: f"/a/{chance.randrange(16**9):09x}b{n}",
    "file": lambda chance, title, n: f"/{_section(chance)}/{slug(title, 3)}.html",
    "read-number": lambda chance, title, n: f"/read/{120000 + n}/{slug(title, 5)}",
}

# --- shapes of lists -------------------------------------------------------------------------------------------------

Card = Callable[[random.Random, _Report], str]


CARDS: dict[str, Card] = {
    "heading": lambda chance, r: (
        f'<div class="item"><h2><a href="{r.url}">{r.title}</a></h2><p>A line or two of text.</p></div>'
    ),
    "article": lambda chance, r: (
        f'<article><a href="{r.url}"><img src="/i/{r.number}.jpg" alt=""></a><h3><a href="{r.url}">'
        f'{r.title}</a></h3><time datetime="2024-12-{r.day:02}">{r.day} Dec</time></article>'
    ),
    "wrapped": lambda chance, r: (
        f'<a class="card" href="{r.url}"><div class="ph"><img src="/i/{r.number}.jpg"></div>'
        f'<span class="kick">Local</span><div class="ttl">{r.title}</div></a>'
    ),
    "row": lambda chance, r: f'<tr><td>{r.day:02}.12.2024</td><td><a href="{r.url}">{r.title}</a></td></tr>',
    "bare": lambda chance, r: f'<a href="{r.url}">{r.title}</a><br>',
    "bullet": lambda chance, r: f'<li><a href="{r.url}">{r.title}</a></li>',
    "stamped": lambda chance, r: (
        f'<li><span class="when">{r.day % 24:02}:15</span> <a href="{r.url}">{r.title}</a></li>'
    ),
    "tagged": lambda chance, r: (
        f'<div class="x1"><a href="/tag/{slug(TAGS[r.number % 5])}">{TAGS[r.number % 5]}</a><a href="{r.url}" '
        f'class="x2">{r.title}</a><a href="/author/mira-lund-and-others">Mira Lund and others</a></div>'
    ),
    "more": lambda chance, r: (
        f'<div class="k"><h3 class="t">{r.title}</h3><p>A line of words that tells what happened there.</p>'
        f'<a class="more" href="{r.url}">Read more</a></div>'
    ),
    "hashed": lambda chance, r: (
        f'<div class="css-1x0k"><a class="css-9f" href="{r.url}"><p class="css-22">{r.title}</p></a>'
        f'<p class="css-23">{r.day} Dec 2024</p></div>'
    ),
}


def _list(chance: random.Random, reports: list[_Report], kind: str) -> str:
    rows = [CARDS[kind](chance, report) for report in reports]
    if chance.random() < 0.4:
        rows.insert(
            len(rows) // 2,
            '<div class="ad"><a href="https://ads.example/c?1">Buy cheap windows for your old house</a></div>',
        )
    if kind == "row":
        return f"<table>{''.join(row for row in rows if row.startswith('<tr'))}</table>"
    inner = "\n".join(rows)
    if kind in {"bullet", "stamped"}:
        return f'<ul class="list">{inner}</ul>'
    return (
        inner
        if kind == "bare"
        else f'<{(tag := chance.choice(["div", "main", "section"]))} class="grid">{inner}</{tag}>'
    )


# --- what is no article ----------------------------------------------------------------------------------------------


def _header(chance: random.Random, host: str) -> str:
    names = chance.sample(SECTIONS, chance.randint(4, 10))
    links = [f'<a href="/{name}{chance.choice(["", "/"])}">{name.title()}</a>' for name in names]
    links += [
        f'<a href="{_nested(chance, name)}">{name}</a>' for name in chance.sample(LONG_SECTIONS, chance.randint(0, 3))
    ]
    match chance.randrange(4):
        case 0:
            return f"<nav>{''.join(links)}</nav>"
        case 1:
            return f'<div class="m1"><ul>{"".join(f"<li>{link}</li>" for link in links)}</ul></div>'
        case 2:
            return f'<header><div class="menu">{" ".join(links)}</div></header>'
        case _:
            return f"<div><b><a href='{host}/'>Home</a></b> {' | '.join(links)}</div>"


def _nested(chance: random.Random, name: str) -> str:
    path = "/" + slug(name)
    return chance.choice(["", "/world", "/section"]) + path


def _aside(chance: random.Random, reports: list[_Report]) -> str:
    rows = "".join(f'<li><a href="{report.url}">{report.title}</a></li>' for report in reports)
    name = chance.choice(["most-read", "sidebar", "col2"])
    return f'<div class="{name}"><h4>Most read</h4><ol>{rows}</ol></div>' if reports else ""


def _extras(chance: random.Random, host: str) -> str:
    parts = []
    if chance.random() < 0.5:
        name = chance.choice(["pages", "pagination", "p9"])
        pages = "".join(f'<a href="{host}/?page={n}">{n}</a>' for n in range(2, 6))
        parts.append(f'<div class="{name}">{pages}<a href="{host}/?page=2">Older stories</a></div>')
    if chance.random() < 0.5:
        tags = "".join(f'<a href="{host}/{chance.choice(["tag", "topics"])}/{slug(tag)}">{tag}</a> ' for tag in TAGS)
        parts.append(f'<div class="{chance.choice(["tagcloud", "cloud", "z3"])}">{tags}</div>')
    if chance.random() < 0.4:
        months = "".join(
            f'<li><a href="{host}/2024/{n:02}/">Stories of month {n} of 2024</a></li>' for n in range(8, 13)
        )
        parts.append(f"<ul>{months}</ul>")
    return "".join(parts)


def _footer(chance: random.Random, host: str) -> str:
    names = chance.sample(LEGAL, chance.randint(3, 6))
    folder = chance.choice(["", "/info", "/page", "/site"])
    end = chance.choice(["", ".html", "/"])
    links = [f'<a href="{host}{folder}/{slug(name)}{end}">{name}</a>' for name in names]
    links.append('<a href="https://apps.example/get">Get our app on your phone</a>')
    match chance.randrange(3):
        case 0:
            return f"<footer>{''.join(links)}</footer>"
        case 1:
            return f'<div class="f7">{"".join(f"<p>{link}</p>" for link in links)}</div>'
        case _:
            return f'<div id="bottom"><ul>{"".join(f"<li>{link}</li>" for link in links)}</ul></div>'
