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
    among_us = _is_among_us(site)
    visited = _some(site, after, private=among_us)
    last = visited[PAGE - 1].host if len(visited) > PAGE else ""
    answer = page(
        "fetchlog.html",
        "/fetch-log",
        query=_write_cursor(after),
        visited=visited[:PAGE],
        private=among_us,
        further=_write_cursor(last),
        now=clock.now(),
        say=reasons.say,
        fetch=site.config.fetch,
        contact=site.config.site.contact,
    )
    if among_us:
        answer.headers["Cache-Control"] = "private, no-cache"  # no cache may show it to others
    return answer


def _is_among_us(site: Site) -> bool:
    """Tell whether the site and who asks are both on a private network: to them its hosts are no secret."""
    asking = request.remote_addr or ""
    return (
        asking != ""
        and not is_public(host_of(site.config.site.url))
        and not is_public(f"[{asking}]" if ":" in asking else asking)
    )


def _some(site: Site, after: str, *, private: bool) -> list[Visited]:
    """Give one host more than stand on a page, if there is one; hosts of private networks only where told so."""
    found: list[Visited] = []
    with site.store.read() as connection:
        while len(found) <= PAGE:
            some = hosts.fetch_log(connection, after=after, limit=PAGE + 1)
            found += [one for one in some if private or _is_public(site, one.host)]
            if len(some) <= PAGE:
                break
            after = some[-1].host
    return found[: PAGE + 1]


def _is_public(site: Site, host: str) -> bool:
    """Tell whether anybody may hear of a host.

    A port that `fetch.allow` opens counts as private whatever the name: which address it leads to is not known here.
    """
    _, port = split(host)
    return is_public(host) and port not in {str(opened) for _, opened in site.config.fetch.allow}


def _write_cursor(host: str) -> str:
    return f"?after={quote(host, safe='')}" if host else ""


def _read_cursor(words: str | None) -> str:
    """Read what `_write_cursor` wrote; "" for what is no host, as unknown parameters are ignored."""
    return words if words and words.isascii() and words.isprintable() and " " not in words else ""
