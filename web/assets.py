"""Serves the site's own files: stylesheet, script, logo and icon. It serves no file that did not ship with Anyam."""

import hashlib
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort, request

assets = Blueprint("assets", __name__)

KINDS = {
    "favicon.ico": "image/x-icon",
    "fill.js": "text/javascript",
    "logo.svg": "image/svg+xml",
    "style.css": "text/css",
}
FOREVER = "public, max-age=31536000, immutable"
DAY = "public, max-age=86400"


@cache
def load(name: str) -> bytes:
    """Read one of our files; all together they are some 25 kB, so they stay in memory."""
    return files("web").joinpath("static", name).read_bytes()


@cache
def mark(name: str) -> str:
    """Give a word that changes with a file's bytes."""
    return hashlib.sha256(load(name)).hexdigest()[:10]


@assets.get("/static/<name>")
def asset(name: str) -> Response:
    """Answer with one of our files, to be kept for ever where the address carries its present mark."""
    if name not in KINDS:
        abort(404)
    response = Response(load(name), mimetype=KINDS[name])
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == mark(name) else DAY
    response.add_etag()
    response.make_conditional(request)
    return response


@assets.get("/favicon.ico")
def icon() -> Response:
    """Answer browsers and readers that look for an icon where icons always were."""
    return asset("favicon.ico")
