"""The pages for people: front, Sections, Stories, Topics, feeds. They show what the store says and decide nothing."""

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from aggregator import clock, sections
from aggregator.store import reading
from aggregator.values import Story

from . import present
from .links import FeedLink
from .render import page
from .site import here

pages = Blueprint("pages", __name__)

LATEST = 90
"""Stories from which the front page picks its leads: among 30, a busy hour's small ones hide the day's largest."""
COLUMN = 5
"""Stories in a Section's column on the front page."""
PAGE = 30
"""Stories on one page of a list."""
MORE = 5
"""Other Stories of the same Topic that a Story's page offers."""


@pages.get("/")
def front() -> Response:
    """Show the front page: lead stories, Topics, and a column for each Section."""
    site = here()
    latest = reading.stories(site.store, limit=LATEST)
    leads = [_told(story, site.config.site.language) for story in present.leads(latest)]
    shown = {story.id for story in leads}
    columns = []
    for section in site.config.sections:
        stories = reading.stories(site.store, section=section.id, limit=COLUMN + len(leads))
        rest = [_told(story, section.language) for story in stories if story.id not in shown][:COLUMN]
        if rest:
            columns.append((section, rest))
    topics = reading.topics(site.store) if latest else ()
    return page("front.html", "/", leads=leads, columns=columns, topics=topics)


@pages.get("/sections/<name:section_id>")
def section(section_id: str) -> AnyResponse:
    """List a Section's Stories, newest first; an old id leads to the present one."""
    site = here()
    found = site.section(section_id)
    if found is None:
        new = site.renamed(section_id)
        return redirect(site.links.href(f"/sections/{new}"), 301) if new else abort(404)
    before = present.read_cursor(request.args.get("before"))
    stories, older = _some(found.language, section=found.id, before=before)
    return page(
        "section.html",
        f"/sections/{found.id}",
        language=found.language,
        own=site.links.feeds(f"/sections/{found.id}", title=found.title),
        query=_before(before),
        section=found,
        stories=stories,
        older=older,
        topics=() if before else reading.topics(site.store, section=found.id),
    )


@pages.get("/stories/<name:story_id>")
def story(story_id: str) -> AnyResponse:
    """Show one Story: who reported it, when, and in which languages; a merged one leads to the one that it joined."""
    site = here()
    found = reading.story(site.store, story_id, now=clock.now())
    if found is None:
        abort(404)
    if isinstance(found, reading.Moved):
        return redirect(site.links.href(f"/stories/{found.to}"), 301 if found.permanent else 302)
    more = reading.stories(site.store, topic=found.topic, limit=MORE + 1) if found.topic else ()
    language = site.language_of(found.sections)
    found = _told(found, language)
    before, off = reading.parted(site.store, found.id)
    days = present.timeline(found, site.zone)
    told = [step.report.entry for day in days for step in day.steps]
    return page(
        "story.html",
        f"/stories/{found.id}",
        language=language,
        own=_published(f"/stories/{found.id}", title=found.title),
        story=found,
        sections=[s for s in site.config.sections if s.id in found.sections],
        days=days,
        former=reading.former(site.store, told),
        first_reported_by=reading.first_reported_by(site.store, told),
        more=[_told(other, language) for other in more if other.id != found.id][:MORE],
        split_from=_told(before, language) if before else None,
        split_off=[_told(other, language) for other in off],
    )


@pages.get("/topics/<name:topic_id>")
def topic(topic_id: str) -> Response:
    """List a Topic's Stories, newest first."""
    site = here()
    found = reading.topic(site.store, topic_id)
    if found is None:
        abort(404)
    before = present.read_cursor(request.args.get("before"))
    stories, older = _some(site.config.site.language, topic=found.id, before=before)
    return page(
        "topic.html",
        f"/topics/{found.id}",
        language=site.language_of(tuple({name for story in stories for name in story.sections})),
        own=_published(f"/topics/{found.id}", title=found.title),
        query=_before(before),
        topic=found,
        stories=stories,
        older=older,
    )


@pages.get("/feeds")
def feeds() -> Response:
    """List what can be subscribed to."""
    return page("feeds.html", "/feeds")


@pages.get("/health")
def health() -> Response:
    """Answer while the process can answer at all."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


def _told(story: Story, language: str) -> Story:
    """Tell a Story as the feeds of a page in `language` do: in a report's own words in it, where one has them."""
    return sections.tell(story, language, here().config.site.language)


def _some(
    language: str, *, section: str | None = None, topic: str | None = None, before: tuple[datetime, str] | None
) -> tuple[tuple[Story, ...], str | None]:
    """Give a page of Stories, told in `language`, and the cursor of the next one, if there is more."""
    found = reading.stories(here().store, section=section, topic=topic, before=before, limit=PAGE + 1)
    told = tuple(_told(story, language) for story in found[:PAGE])
    if len(found) <= PAGE:
        return told, None
    last = told[-1]
    return told, present.write_cursor(last.updated_at, last.id)


def _before(before: tuple[datetime, str] | None) -> str:
    return f"?before={present.write_cursor(*before)}" if before else ""


def _published(base: str, *, title: str) -> tuple[FeedLink, ...]:
    """Give the feeds at `base` if they are published: a page names no feed that would answer 404."""
    site = here()
    return site.links.feeds(base, title=title) if reading.document(site.store, f"{base}.atom") else ()
