"""Makes the Flask application of one open store and its settings. It starts no server and keeps no state of its own."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.routing import BaseConverter

from aggregator.config import Config
from aggregator.store import Store

from .assets import assets
from .errors import explain_errors
from .feeds import feeds
from .fetchlog import fetchlog
from .headers import guard
from .links import Links
from .pages import pages
from .site import EXTENSION, Site
from .websub import websub

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY_LIMIT = 64 * 1024
"""No public page takes a body; more than this is refused unread."""


class Name(BaseConverter):
    """An id in an address: letters, digits, - and _, so that nothing odd reaches the store."""

    regex = "[A-Za-z0-9_-]{1,64}"


class FeedPath(BaseConverter):
    """A feed's path without its ending: names with slashes between them."""

    regex = "[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,3}"
    part_isolating = False


def create_app(store: Store, config: Config) -> Flask:
    """Make the application: public pages and feeds of `store`, as `config` describes the site."""
    app = Flask("web", static_folder=None)
    # Werkzeug's own redirects are built from the Host header: there must be none.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters.update(name=Name, feedpath=FeedPath)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    links = Links(config.site.url)
    zone = ZoneInfo(config.site.timezone)
    app.extensions[EXTENSION] = Site(store, config, links, zone)
    for blueprint in (assets, pages, feeds, fetchlog, websub):
        app.register_blueprint(blueprint)
    explain_errors(app)
    guard(app)
    if links.prefix:
        app.wsgi_app = _under(links.prefix, app.wsgi_app)  # type: ignore[assignment,method-assign]
    return app


def _under(prefix: str, inner: "WSGIApplication") -> "WSGIApplication":
    """Answer below `prefix` as well as at the root: some proxies hand the prefix on, some take it off."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return inner(environ, start_response)

    return answer
