"""The headers that every answer carries, whatever it holds. It decides no caching: pages and feeds do."""

from flask import Flask, Response

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' https: http:",  # outlets' own pictures, by link
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Outlets may see that a reader came from here, not from which page.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def guard(app: Flask) -> None:
    """Add the headers to every answer of `app`; a view that set one of them itself keeps its own."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
