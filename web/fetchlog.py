"""The page that tells a host's keeper, and anyone, how Anyam fetches. It shows hosts, never an address or a Source."""

from urllib.parse import quote

from flask import Blueprint, Response, request

from aggregator import clock
from aggregator.hosts import host_of, is_public, split
from aggregator.messages import reasons
from aggregator.store import hosts
from aggregator.store.hosts import Visited

from .render import page
from .site import Site, here

fetchlog = Blueprint("fetchlog", __name__)

PAGE = 200
"""Hosts on one page: some 230 KB, a tenth of that packed."""


@fetchlog.get("/fetch-log")
def show() -> Response:
    """Tell what was asked of each host, by name, and why the next visit is when it is."""
    site = here()
    after = _read_cursor(request.args.get("after"))
    visited = _some(site, after)
    last = visited[PAGE - 1].host if len(visited) > PAGE else ""
    return page(
        "fetchlog.html",
        "/fetch-log",
        query=_write_cursor(after),
        visited=visited[:PAGE],
        further=_write_cursor(last),
        now=clock.now(),
        say=reasons.say,
        fetch=site.config.fetch,
        contact=site.config.site.contact,
    )


def _some(site: Site, after: str) -> list[Visited]:
    """Give one host more than stand on a page, if there is one."""
    found: list[Visited] = []
    with site.store.read() as connection:
        while len(found) <= PAGE:
            some = hosts.fetch_log(connection, after=after, limit=PAGE + 1)
            found += [one for one in some if _is_shown(site, one.host)]
            if len(some) <= PAGE:
                break
            after = some[-1].host
    return found[: PAGE + 1]


def _is_shown(site: Site, host: str) -> bool:
    """Tell whether a host may be named: public ones only, unless the site is read by none but its own people.

    A port that `fetch.allow` opens counts as private whatever the name: which address it leads to is not known here.
    """
    if not is_public(host_of(site.config.site.url)):
        return True
    _, port = split(host)
    return is_public(host) and port not in {str(opened) for _, opened in site.config.fetch.allow}


def _write_cursor(host: str) -> str:
    return f"?after={quote(host, safe='')}" if host else ""


def _read_cursor(words: str | None) -> str:
    """Read what `_write_cursor` wrote; "" for what is no host, as unknown parameters are ignored."""
    return words if words and words.isascii() and words.isprintable() and " " not in words else ""
