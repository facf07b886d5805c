"""Turns a template into an answer in one language, with its links, caching and ETag. It knows no story and no route."""

from datetime import datetime
from typing import Any

from flask import Response, make_response, render_template, request

from aggregator import clock, messages
from aggregator.store import reading

from . import present
from .links import FeedLink
from .site import here

SETTLED = "public, max-age=60"
FILLING = "no-cache"
FILL_SECONDS = 4
"""How soon a page looks again while the first poll runs: a Source takes about a second or two."""
FRESH_SECONDS = 60
"""How soon an open page looks for new stories: what max-age promises to caches."""


def page(template: str, path: str, *, own: tuple[FeedLink, ...] = (), query: str = "", **values: Any) -> Response:
    """Render a page for people, with a strong ETag; `own` are the feeds of what it shows, announced first."""
    site = here()
    progress = reading.progress(site.store)
    filling = progress.polled < progress.sources
    language = values.pop("language", None)
    html = write(
        template,
        language,
        path=path,
        canonical=site.links.public(path) + query,
        progress=progress,
        filling=filling,
        refresh=0 if query else FILL_SECONDS if filling else FRESH_SECONDS,
        newest=bool(query),
        own=own,
        **values,
    )
    response = make_response(html)
    response.headers["Cache-Control"] = FILLING if filling else SETTLED
    response.add_etag()
    response.make_conditional(request)
    return response


def write(template: str, language: str | None = None, **values: Any) -> str:
    """Render `template` in `language` (else the site's), without asking the store anything."""
    site = here()
    voice = messages.speak(language or site.config.site.language)
    zone = site.config.site.timezone
    today = clock.now().astimezone(site.zone)

    def when(at: datetime) -> str:
        """Say a moment briefly: its time if it is today, else its day."""
        local = at.astimezone(site.zone)
        return voice.time(at, zone) if local.date() == today.date() else voice.date(at, zone)

    whole = site.links.feeds("/all", title=site.config.site.title)
    return render_template(
        template,
        announced=values.get("own", ()) + whole,
        _=voice.text,
        ngettext=voice.count,
        voice=voice,
        when=when,
        zone=zone,
        today=today,
        site=site,
        links=site.links,
        present=present,
        **values,
    )
