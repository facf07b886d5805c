"""Answers every failure with a page in the site's language. It repeats nothing of the request and asks no store."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, NotFound

from .render import write


def explain_errors(app: Flask) -> None:
    """Let `app` answer HTTP errors, and its own failures as 500, with our own page."""

    @app.errorhandler(HTTPException)
    def show(error: HTTPException) -> Response:
        code = error.code or 500
        response = Response(
            write("error.html", code=code, missing=isinstance(error, NotFound)), code, mimetype="text/html"
        )
        response.headers["Cache-Control"] = "no-cache" if code == 404 else "no-store"
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
        return response
