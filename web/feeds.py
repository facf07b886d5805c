"""Serves the stored bytes of published feeds, with everything caches and readers ask of HTTP. It renders nothing."""

from flask import Blueprint, Response, request

from aggregator import clock, messages
from aggregator.store import reading
from aggregator.values import Rendered

from .site import here

feeds = Blueprint("feeds", __name__)

MAX_AGE = 300
"""Seconds that caches may keep a feed: the shortest time in which a Story settles."""

POLICY = "default-src 'none'; sandbox"
"""A feed opened in a browser holds outlets' HTML: nothing in it may load or run (RFC 4287, section 8.1)."""

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": POLICY,
}
"""Public feeds may be read by any page's script; they hold no reader's data and take no cookie."""


@feeds.route("/<feedpath:base>.<any(atom,rss,json):ending>", methods=["GET", "HEAD", "OPTIONS"])
def feed(base: str, ending: str) -> Response:
    """Answer with a stored feed; one of a renamed Section or of a merged Story answers with its successor's."""
    if request.method == "OPTIONS":
        return _allowed()
    document = _find(f"/{base}", ending)
    return _missing() if document is None else _serve(document)


@feeds.route("/<any(feeds,sources):name>.opml", methods=["GET", "HEAD", "OPTIONS"])
def opml(name: str) -> Response:
    """Answer with the list of what we publish, or of what we read."""
    if request.method == "OPTIONS":
        return _allowed()
    document = reading.document(here().store, f"/{name}.opml")
    return _missing() if document is None else _serve(document)


def _find(base: str, ending: str) -> Rendered | None:
    site = here()
    kind, _, rest = base.strip("/").partition("/")
    name, slash, view = rest.partition("/")
    new = site.renamed(name) if kind == "sections" and site.section(name) is None else None
    if new:
        return reading.document(site.store, f"/sections/{new}{slash}{view}.{ending}")
    found = reading.document(site.store, f"{base}.{ending}")
    if found is None and kind == "stories" and not slash:
        moved = reading.story(site.store, name, now=clock.now())
        if isinstance(moved, reading.Moved):
            return reading.document(site.store, f"/stories/{moved.to}.{ending}")
    return found


def _serve(document: Rendered) -> Response:
    response = Response(document.body, content_type=document.media_type, headers=OPEN)
    response.headers["ETag"] = document.etag
    response.last_modified = document.modified_at
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    # RFC 9110, 13.2.2: If-None-Match decides wherever it is sent; If-Modified-Since only without it.
    response.make_conditional(request)
    return response


def _missing() -> Response:
    words = messages.speak(here().config.site.language).text("There is no feed at this address.")
    return Response(f"{words}\n", 404, mimetype="text/plain", headers={**OPEN, "Cache-Control": "no-cache"})


def _allowed() -> Response:
    """Answer a browser's question before a script's conditional request."""
    methods = "GET, HEAD, OPTIONS"
    headers = {"Access-Control-Allow-Methods": methods, "Access-Control-Max-Age": "86400", "Allow": methods}
    asked = {"Access-Control-Allow-Headers": "A-IM, If-Modified-Since, If-None-Match"}
    return Response(status=204, headers={**OPEN, **headers, **asked})
