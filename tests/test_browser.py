"""Pages as a real browser shows them: on a phone and a desktop, light and dark, from the left and from the right."""

import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import chromium
import databases
import pytest
from chromium import Tab
from werkzeug.serving import make_server
from woven import OUTLETS, Told, asked, config, open_sources, polled, print_day, tell

from aggregator.store import Store
from web.app import create_app

pytestmark = pytest.mark.browser

PHONE, DESKTOP = (390, 844), (1280, 1000)
LOOKS = [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]
PAGES = ["/", "/sections/thaqafa", "/stories/s-contact", "/topics/t-syria", "/feeds", "/fetch-log", "/nothing"]


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """Give a tab of the installed Chromium; skip where there is none, unless the machine promises one."""
    program = chromium.find()
    if program is None:
        assert not os.environ.get("ANYAM_REQUIRE_SERVICES"), "this machine must have Chromium, and has none"
        pytest.skip("no Chromium found: install it (Debian: apt install chromium) to look at the pages")
    with chromium.running(program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@contextmanager
def site(folder: Path, language: str, fill: Callable[[Store], None]) -> Iterator[tuple[str, Store]]:
    """Serve a site on loopback from a store of its own; gives its address and the store."""
    with ExitStack() as stack:
        store = stack.enter_context(databases.opened(databases.migrated_sqlite(folder)))
        settings = config(language=language)
        open_sources(store, settings)
        fill(store)
        server = make_server("127.0.0.1", 0, create_app(store, settings), threaded=True)
        server.log_startup = False  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        stack.callback(server.server_close)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield f"http://127.0.0.1:{server.server_port}", store


def whole_day(store: Store) -> None:
    print_day(store)
    polled(store)
    asked(store)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the addresses of an Indonesian and an Arabic site, on the morning after the invented day."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("ANYAM_AT", "2024-12-13T01:30:00Z")
        folder = tmp_path_factory.mktemp("sites")
        yield {code: stack.enter_context(site(folder, code, whole_day))[0] for code in ("id", "ar")}


def show(tab: Tab, url: str, *, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> None:
    tab.complaints.clear()
    tab.size(*size)
    tab.scheme(scheme)
    tab.open(url)


def measures(png: bytes) -> tuple[int, int]:
    """Read width and height of a picture (PNG, section 11.2.2)."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


SPILLS = """[...document.querySelectorAll('body *')].filter(e => {
  const r = e.getBoundingClientRect();
  return r.width && !e.closest('.unseen, .skip, .sections ul') && (r.right > innerWidth + 1 || r.left < -1);
}).map(e => e.outerHTML.slice(0, 120))"""

FAINT = """(() => {
  const rgb = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('script, noscript, .unseen')) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.push(`${((a + .05) / (b + .05)).toFixed(2)} ${e.outerHTML.slice(0, 100)}`);
  }
  return bad;
})()"""


@pytest.mark.parametrize("language", ["id", "ar"])
@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=lambda v: v if isinstance(v, str) else f"{v[0]}px")
def test_pages_fit_and_can_be_read(
    tab: Tab, sites: dict[str, str], language: str, size: tuple[int, int], scheme: str
) -> None:
    show(tab, "about:blank", size=size, scheme=scheme)
    blank = tab.picture()
    for number, path in enumerate(PAGES):
        show(tab, sites[language] + path, size=size, scheme=scheme)
        assert tab.ask("[innerWidth, document.documentElement.scrollWidth]") == [size[0]] * 2, path
        assert tab.ask(SPILLS) == [], path
        assert tab.ask(FAINT) == [], path
        allowed = ["404"] if path == "/nothing" else []
        assert [c for c in tab.complaints if not any(a in c for a in allowed)] == [], path
        taken = tab.picture()
        assert measures(taken) == size
        assert len(taken) > 3 * len(blank), "the picture is blank"
        keep = os.environ.get("ANYAM_SCREENSHOTS")
        if keep:
            whole = tab.picture(whole=True)
            Path(keep, f"{language}-{size[0]}-{scheme}-{number}.png").write_bytes(whole)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_long_words_and_pictures_stay_inside(tab: Tab, tmp_path: Path, size: tuple[int, int]) -> None:
    with site(tmp_path, "id", whole_day) as (url, store):
        word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
        wild = Told("harbour", f"{word} {word}", 2000, word * 4, image=f"{url}/static/logo.svg", caption=word)
        others = [Told(outlet, word, 2001) for outlet in OUTLETS]
        tell(store, "s-wild", ("internasional",), [wild, *others], topic=("t-wild", word, "de"))
        for path in ("/", "/sections/internasional", "/stories/s-wild", "/topics/t-wild"):
            show(tab, url + path, size=size)
            assert tab.ask(SPILLS) == [], path
            assert tab.complaints == [], path
        show(tab, url, size=size)
        shape = tab.ask(
            "(i => [i.naturalWidth, i.clientWidth / i.clientHeight])(document.querySelector('.picture img'))"
        )
        assert shape[0] > 0 and abs(shape[1] - 16 / 9) < 0.05
        tab.open("about:blank")


@pytest.mark.parametrize("width", [800, 1280])
@pytest.mark.parametrize("language", ["id", "ar"])
def test_columns_fill_every_row_whatever_their_number(
    tab: Tab, sites: dict[str, str], language: str, width: int
) -> None:
    show(tab, sites[language], size=(width, 900))
    for number in range(1, 14):
        rows = tab.ask(f"""(() => {{
          const all = document.querySelector('.columns'), one = all.firstElementChild, rows = {{}};
          all.replaceChildren(...Array.from({{length: {number}}}, () => one.cloneNode(true)));
          for (const column of all.children) {{
            const {{top, left, right}} = column.getBoundingClientRect();
            const row = rows[top] ??= {{columns: 0, left, right}};
            Object.assign(row, {{columns: row.columns + 1, left: Math.min(row.left, left),
                                right: Math.max(row.right, right)}});
          }}
          const {{left, right}} = all.getBoundingClientRect();
          return Object.values(rows).map(row => [row.columns, left - row.left, right - row.right]);
        }})()""")
        assert sum(row[0] for row in rows) == number
        assert all(abs(gap) < 1 for row in rows for gap in row[1:]), (number, rows)
        assert all(row[0] > 1 for row in rows[1:]), (number, rows)


def test_a_name_with_a_hyphen_is_not_broken_on_a_phone(tab: Tab, tmp_path: Path) -> None:
    with site(tmp_path, "id", whole_day) as (url, store):
        title = "Oposisi Suriah tunjuk Mohammed al-Bashir sebagai perdana menteri al-Bashir al-Bashir al-Bashir"
        tell(store, "s-name", ("internasional",), [Told("kabar", title, 2000)])
        show(tab, f"{url}/stories/s-name", size=PHONE)
        parts = tab.ask("[...document.querySelectorAll('h1 .whole')].map(e => e.getClientRects().length)")
        assert parts == [1] * 4
        tab.open("about:blank")


def test_the_fetch_log_is_a_table_or_blocks_and_reads_the_same(tab: Tab, sites: dict[str, str]) -> None:
    """On the smallest phone too, with hosts of the longest name; what is read aloud does not change with the width."""
    tree = []
    for size in ((320, 640), DESKTOP):
        show(tab, f"{sites['id']}/fetch-log", size=size)
        cell = "document.querySelector('.log tbody th bdi')"
        tab.ask(f"{cell}.textContent = '{'a' * 63}.{'b' * 63}.example:8080'")
        assert tab.ask("[innerWidth, document.documentElement.scrollWidth]") == [size[0]] * 2
        assert tab.ask(SPILLS) == []
        nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
        roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
        tree.append({role: roles.count(role) for role in ("table", "row", "columnheader", "rowheader", "cell")})
        assert "Permintaan" not in [n["name"]["value"] for n in nodes if n["role"]["value"] == "cell" and "name" in n]
    assert tree[0] == tree[1] == {"table": 1, "row": 8, "columnheader": 7, "rowheader": 7, "cell": 42}


def test_dark_is_dark_and_light_is_light(tab: Tab, sites: dict[str, str]) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        show(tab, sites["id"], scheme=scheme)
        grounds.append(
            sum(map(int, tab.ask("getComputedStyle(document.body).backgroundColor").strip("rgb()").split(",")))
        )
    assert grounds[0] > 700 and grounds[1] < 120


@pytest.mark.parametrize(("language", "mirrored"), [("id", False), ("ar", True)])
def test_the_page_runs_as_its_language_does(tab: Tab, sites: dict[str, str], language: str, mirrored: bool) -> None:
    show(tab, sites[language])
    x = "document.querySelector('{}').getBoundingClientRect().x"
    for before, after in [(".masthead-day", ".masthead-feeds"), (".card-large", ".leads-side")]:
        assert (tab.ask(x.format(before)) > tab.ask(x.format(after))) is mirrored
    edges = tab.ask(
        "[...document.querySelectorAll('main [dir]')].map(e => [e.dir, getComputedStyle(e).direction,"
        " getComputedStyle(e).textAlign])"
    )
    assert {edge[1] for edge in edges} == {"ltr", "rtl"}
    assert {edge[2] for edge in edges} == {"start"}, "texts of every language begin at their own edge"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_picture_that_fails_leaves_no_hole(tab: Tab, tmp_path: Path, scripts: bool) -> None:
    with site(tmp_path, "id", whole_day) as (url, store):
        lost = Told("harbour", "Foto hilang", 2000, image=f"{url}/static/lost.jpg", caption="Dermaga")
        tell(store, "s-lost", ("internasional",), [lost, *(Told(name, "Foto hilang", 2001) for name in OUTLETS)])
        tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        try:
            show(tab, f"{url}/stories/s-lost")
            if scripts:
                tab.wait_for("document.querySelector('.picture').hidden")
            tab.ask("document.querySelector('.picture img').decode().catch(() => null)")
            high = tab.ask("document.querySelector('.picture').getBoundingClientRect().height")
        finally:
            tab.call("Emulation.setScriptExecutionDisabled", value=False)
            tab.open("about:blank")
        assert high < (1 if scripts else 160)


def test_the_keyboard_reaches_everything(tab: Tab, sites: dict[str, str]) -> None:
    show(tab, sites["id"])
    tab.press("Tab", 9)
    focused = "document.activeElement"
    assert tab.ask(f"{focused}.className") == "skip"
    assert tab.ask(f"{focused}.getBoundingClientRect().y >= 0"), "the skip link is in view when it has the focus"
    tab.press("Enter", 13)
    assert tab.ask(f"{focused}.id") == "main"
    tab.press("Tab", 9)
    assert tab.ask(f"{focused}.closest('.card-large') !== null"), "the next stop is the first story"
    assert tab.ask(f"getComputedStyle({focused}).outlineStyle") == "solid"


def test_without_scripts_everything_is_there(tab: Tab, sites: dict[str, str]) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        show(tab, sites["id"])
        assert tab.ask("document.querySelectorAll('article').length") >= 15
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)


HURRY = "const slow = window.setTimeout; window.setTimeout = (f, ms, ...a) => slow(f, Math.min(ms, 50), ...a);"
STORIES = "document.querySelectorAll('[data-story]').length"


@pytest.fixture
def hurried(tab: Tab) -> Iterator[Tab]:
    """Give a tab in which every timer of the page is over at once."""
    added = tab.call("Page.addScriptToEvaluateOnNewDocument", source=HURRY)
    yield tab
    tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])
    tab.open("about:blank")


def test_an_open_page_fills_by_itself(hurried: Tab, tmp_path: Path) -> None:
    with site(tmp_path, "id", lambda store: None) as (url, store):
        show(hurried, url)
        assert hurried.ask("document.querySelector('progress').value") == 0
        assert hurried.ask(STORIES) == 0
        whole_day(store)
        hurried.wait_for(f"{STORIES} >= 15")
        assert hurried.ask("document.getElementById('news').textContent") == "Ada berita baru."
        assert hurried.ask("document.querySelector('progress')") is None
        hurried.open("about:blank")


def test_what_somebody_reads_stays_where_it_is(hurried: Tab, tmp_path: Path) -> None:
    with site(tmp_path, "id", whole_day) as (url, store):
        show(hurried, f"{url}/sections/internasional", size=PHONE)
        card = "document.querySelector('[data-story=s-train]').getBoundingClientRect().y"
        hurried.ask("document.querySelector('[data-story=s-train]').scrollIntoView({behavior: 'instant'})")
        before = hurried.ask(card)
        tell(store, "s-fresh", ("internasional",), [Told("kabar", "Kabar baru di atas", 3000, "Isi. " * 30)])
        hurried.wait_for("document.querySelector('[data-story=s-fresh]')")
        assert abs(hurried.ask(card) - before) <= 1

        hurried.ask("document.querySelector('[data-story=s-train] a').focus()")
        tell(store, "s-later", ("internasional",), [Told("kabar", "Kabar lagi", 3001)])
        looks = "performance.getEntriesByType('resource').filter(r => r.initiatorType === 'fetch').length"
        so_far = hurried.ask(looks)
        hurried.wait_for(f"{looks} >= {so_far}")
        assert hurried.ask("document.activeElement.closest('[data-story]').dataset.story") == "s-train"
        hurried.ask("document.activeElement.blur()")
        hurried.wait_for("document.querySelector('[data-story=s-later]')")
        hurried.open("about:blank")
