"""Serves the site's own files: stylesheet, script, logo and icon. It serves no file that did not ship with Anyam."""

from flask import Blueprint, Response, request, send_from_directory

assets = Blueprint("assets", __name__)

FOLDER = "static"
FOREVER = "public, max-age=31536000, immutable"
DAY = "public, max-age=86400"


@assets.get("/static/<path:name>")
def asset(name: str) -> Response:
    """Answer with one of our files; `?v=` in our links changes with its bytes."""
    response = send_from_directory(FOLDER, name, etag=True)
    response.headers["Cache-Control"] = FOREVER if "v" in request.args else DAY
    return response


@assets.get("/favicon.ico")
def icon() -> Response:
    """Answer browsers and readers that look for an icon where icons always were."""
    return asset("favicon.ico")
