"""Headers of every response: what a browser may do with our pages, and redirects that name no host."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
    ),
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
}
# Browsers heed these two only over TLS, and complain about the second elsewhere. Subdomains are not ours to promise.
OVER_TLS = {
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def headers_for(public_url: str) -> Mapping[str, str]:
    """Return the headers of every response of a service that is reached at this address."""
    return ALWAYS | OVER_TLS if public_url.startswith("https://") else ALWAYS


class WithHeaders:
    """Middleware that adds headers a response lacks, and makes redirects relative and not to be kept."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    found.setdefault(name, value)
                if "location" in found:
                    found["location"] = _relative(found["location"])
                    # Going back, a browser would follow one it has kept: to the sign-in and from there again, forever.
                    found.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_on if scope["type"] == "http" else send)


def _relative(location: str) -> str:
    """A redirect never leaves this site; an absolute one is made of the Host header, which anybody may invent."""
    parts = urlsplit(location)
    if not parts.scheme and not parts.netloc:
        return location
    path = "/" + parts.path.lstrip("/")  # "//host" would be another site
    return f"{path}?{parts.query}" if parts.query else path
