"""What a robots.txt says of addresses, and what its absence means."""

import pytest

from aggregator import robots
from aggregator.errors import ParseError
from aggregator.robots import Rules, origin, read, verdict

SITE = "https://kabar.example"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, "rules"),
        (401, "free"),
        (403, "free"),
        (404, "free"),
        (410, "free"),
        (429, "closed"),
        (500, "closed"),
        (503, "closed"),
        (302, "free"),
        (None, "closed"),
    ],
)
def test_what_an_answer_means(status: int | None, meaning: str) -> None:
    assert verdict(status) == meaning


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ("", "yes yes yes"),
        ("User-agent: *\nDisallow: /\n", "no no no"),
        ("User-agent: *\nDisallow:\n", "yes yes yes"),
        ("User-agent: *\nDisallow: /berita/\n", "yes no no"),
        ("User-agent: *\nDisallow: /berita/\nAllow: /berita/2\n", "yes no yes"),
        ("User-agent: *\nDisallow: /*.html$\n", "yes yes no"),
        ("User-agent: anyam\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "no no no"),
        ("User-agent: Anyam\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Anyam/0.1.0\nDisallow: /\n", "no no no"),
        ("User-agent: other\nuser agent  anyam/0.1 (+https://anyam.example)\rDisallow: /berita\r", "yes no no"),
        ("User-agent: Anyam/0.1 # ours\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "yes yes yes"),
        ("User-agent: AnyamBot/1.0\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Anyam-News\nUser-agent: Anyam_2\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Mozilla/5.0 (compatible; Anyam/0.1)\nDisallow: /\n", "yes yes yes"),
        ("User-agent: other\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Anyam\nNoindex: /x\nUser-agent: other\nDisallow: /berita/1\n", "yes no yes"),
        ("User-agent: Anyam\nHello: you\nContent-Signal: ai-train=no\nUser-agent: other\nDisallow: /\n", "no no no"),
        ("User-agent: Any\nDisallow: /\n", "yes yes yes"),
        ("User-agent: A\nUser-agent: an/1.0\nDisallow: /\n\nUser-agent: *\nDisallow: /berita/1\n", "yes no yes"),
        ("User-agent: Any*\nDisallow: /\n", "yes yes yes"),
        ("User-agent: * # everybody\nDisallow: /berita/\n", "yes no no"),
        ("User-agent: *\nDisallow: /berita/\n\nUser-agent: ANYAM\nDisallow: /berita/1\n", "yes no yes"),
        ("User-agent: *\rDisallow: /berita/1\rUser-agent: Bot\rDisallow: /\r", "yes no yes"),
        ("User-agent: *\nDisallow: /user-agent: Anyam\nDisallow: /berita/\n", "yes no no"),
        ("user-agent : *\r\ndisallow : /berita\r\n", "yes no no"),
        ("User-agent: *\nAllow: /\n#x\u2028Disallow: /\x0cDisallow: /berita\x85Disallow: /\n", "yes yes yes"),
        ("<!doctype html><title>Not found</title><p>User-agent", "yes yes yes"),
        ("\ufeffUser-agent: *\nDisallow: /\n", "no no no"),
        ("User-agent: *\nDisallow: /berita/1?a=b\n", "yes yes yes"),
    ],
)
def test_which_addresses_are_allowed(body: str, allowed: str) -> None:
    urls = [f"{SITE}/", f"{SITE}/berita/1", f"{SITE}/berita/2.html"]
    assert read(body, urls).allowed == tuple(word == "yes" for word in allowed.split())
    assert read(robots.ours(body), urls) == read(body, urls), "as it is kept"


def ours(*lines: str) -> str:
    return "\n".join(("User-agent: Anyam", *lines))


MERGED = ours("Disallow: /foo", "Disallow: /bar", "", ours("Disallow: /baz"))
SEVERAL = "User-agent: foobot\n" + ours("Disallow: /x", "Sitemap: https://a.example/s", "User-agent: *", "Disallow: /y")
SIMPLE = "\n".join(
    (
        "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n",
        "User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n",
        "User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n",
        "User-Agent: quxbot\n\nEOF",
    )
)
LONGEST = ours("Allow: /example/page/", "Disallow: /example/page/disallowed.gif")
TSU = "/foo/bar/%E3%83%84"
"""As RFC 9309, section 2.2.2, spells its example of a letter beyond ASCII."""


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        pytest.param(MERGED, "/foo", False, id="2.2.1: groups of one token are merged, the first"),
        pytest.param(MERGED, "/baz", False, id="2.2.1: groups of one token are merged, the last"),
        pytest.param(MERGED, "/qux", True, id="2.2.1: what no group names"),
        pytest.param(SEVERAL, "/x", False, id="2.2.1: a group of several tokens"),
        pytest.param(SEVERAL, "/y", True, id="2.2.1: * is for those who are not named"),
        pytest.param("", "/", True, id="2.2.1: no group, no rule"),
        pytest.param(ours("Disallow: /"), "/robots.txt", True, id="2.2.2: robots.txt itself"),
        pytest.param(ours("Disallow: /a", "Allow: /a"), "/a", True, id="2.2.2: of two alike, allow"),
        pytest.param(ours("Disallow: /A"), "/a", True, id="2.2.2: case counts"),
        pytest.param(ours("Disallow: /foo/bar?baz=quz"), "/foo/bar?baz=quz", False, id="2.2.2: a query"),
        pytest.param(
            ours("Disallow: /foo/bar?baz=https://foo.bar"),
            "/foo/bar?baz=https%3A%2F%2Ffoo.bar",
            False,
            id="2.2.2: an address in a query",
        ),
        pytest.param(ours("Disallow: /foo/bar/ツ"), TSU, False, id="2.2.2: a letter beyond ASCII in the rule"),
        pytest.param(ours(f"Disallow: {TSU}"), "/foo/bar/ツ", False, id="2.2.2: a letter beyond ASCII in the address"),
        pytest.param(ours("Disallow: /foo/bar/%62%61%7A"), "/foo/bar/baz", False, id="2.2.2: encoded without need"),
        pytest.param(ours("Disallow: /", "# Disallow: /", "Allow: /open # a comment"), "/open", True, id="2.2.3: #"),
        pytest.param(ours("Disallow: /this/path/exactly$"), "/this/path/exactly", False, id="2.2.3: $"),
        pytest.param(ours("Disallow: /this/path/exactly$"), "/this/path/exactly/not", True, id="2.2.3: $ ends"),
        pytest.param(ours("Disallow: /this/*/exactly"), "/this/path/exactly", False, id="2.2.3: *"),
        pytest.param(ours("Disallow: /path/file-with-a-%2A.html"), "/path/file-with-a-*.html", False, id="2.2.3: %2A"),
        pytest.param(ours("Disallow: /path/foo-%24"), "/path/foo-$", False, id="2.2.3: %24"),
        pytest.param(SIMPLE, "/example/page.html", False, id="5.1: a group of all"),
        pytest.param(SIMPLE, "/a.gif", False, id="5.1: a pattern of all"),
        pytest.param(SIMPLE, "/publications/", True, id="5.1: an allowed folder"),
        pytest.param(SIMPLE.replace("foobot", "Anyam"), "/example/page.html", True, id="5.1: foobot's page"),
        pytest.param(SIMPLE.replace("foobot", "Anyam"), "/example/other.html", False, id="5.1: foobot's rest"),
        pytest.param(SIMPLE.replace("bazbot", "Anyam"), "/example/page.html", False, id="5.1: bazbot's page"),
        pytest.param(SIMPLE.replace("bazbot", "Anyam"), "/a.gif", True, id="5.1: bazbot's rest"),
        pytest.param(SIMPLE.replace("quxbot", "Anyam"), "/example/page.html", True, id="5.1: quxbot, without rules"),
        pytest.param(LONGEST, "/example/page/disallowed.gif", False, id="5.2: the longest match"),
        pytest.param(LONGEST, "/example/page/other.gif", True, id="5.2: the shorter match"),
    ],
)
def test_the_examples_of_the_standard(body: str, path: str, allowed: bool) -> None:
    assert read(body, [SITE + path]).allowed == (allowed,)
    assert read(robots.ours(body), [SITE + path]).allowed == (allowed,), "as it is kept"


def test_what_lies_behind_the_limit_is_not_read_and_half_a_line_is_none() -> None:
    rest = "Disallow: /berita/1\n" + "# " + "x" * robots.LARGEST
    assert read(ours(rest)[: robots.LARGEST], [f"{SITE}/berita/1"]).allowed == (False,)
    half = ours("# " + "x" * (robots.LARGEST - 40), "Disallow: /")
    assert read(half.ljust(robots.LARGEST, "a")[: robots.LARGEST], [f"{SITE}/aaa"]).allowed == (True,)
    long = ours("# " + "x" * 500 * 1024, "Disallow: /")
    assert len(long) < robots.LARGEST and read(long, [SITE]).allowed == (False,)


def test_the_delay_is_read_and_bounded() -> None:
    assert read("User-agent: *\nCrawl-delay: 10\n", []) == Rules((), 10)
    assert read("User-agent: Anyam/0.1\nCrawl-delay: 10\n", []).delay == 10
    assert read("User-agent: *\nCrawl-delay: 86400\n", []).delay == robots.LONGEST_DELAY
    assert read("User-agent: *\nCrawl-delay: -1\nDisallow:", []).delay == 0
    assert read("User-agent: *\nCrawl-delay: soon\n", []).delay == 0


def test_the_site_of_an_address() -> None:
    assert origin("HTTPS://User@Kabar.Example:8443/a?b") == "https://kabar.example:8443"


@pytest.mark.parametrize("noise", ["\0" * 100, "Disallow: " + "*a" * 2000, ":" * 5000, "User-agent: *\n" * 5000])
def test_no_body_is_too_wild(noise: str) -> None:
    assert len(read(robots.ours(noise), [f"{SITE}/aaaaaaaaaaaaaaaaaaaaaaaaaaaab"]).allowed) == 1


def test_only_what_concerns_us_is_kept() -> None:
    others = "User-agent: Bot\n" + "".join(f"Disallow: /{n}\n" for n in range(9000)) + "Sitemap: https://a.example/\n"
    body = f"# words\n{others}\nUser-agent: *\nDisallow: /berita/ # why\nDisallow: /berita/\nCrawl-delay: 7\n"
    assert robots.ours(body) == "User-agent: *\nDisallow: /berita/\nCrawl-delay: 7"
    assert robots.ours(f"{body}\nUser-agent: Anyam\nDisallow:\n") == "User-agent: *", "nothing is forbidden to us"
    assert robots.ours(others) == robots.ours("<html>") == ""


@pytest.mark.parametrize("rule", ["Disallow: /{n}*b*c$", "Allow: /" + "x" * 3000 + "{n}"])
def test_more_rules_than_can_be_kept_mean_no(rule: str) -> None:
    with pytest.raises(ParseError, match="holds more rules for us than are kept"):
        robots.ours("User-agent: *\n" + "\n".join(rule.format(n=n) for n in range(robots.MOST_RULES + 1)))


def test_rules_with_many_wildcards_are_cut_short_so_that_none_allows_more() -> None:
    urls = [f"{SITE}/aaa", f"{SITE}/" + "ab" * 40]
    assert read(robots.ours("User-agent: *\nDisallow: /" + "*b" * 60 + "$"), urls).allowed == (True, False)
    assert read(robots.ours("User-agent: *\nDisallow: /\nAllow: /" + "*b" * 60), urls).allowed == (False, False)
