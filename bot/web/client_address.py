"""Where a request comes from: its network address, which only proxies named in the settings may tell us."""

from __future__ import annotations

import logging
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config.settings import Settings

log = logging.getLogger(__name__)

UNKNOWN = "unknown"
SHARED_WIDTH = 50  # times as much for an address behind which many visitors sit
HEADER = b"x-forwarded-for"
LONGEST = 64  # characters of an address with brackets, zone and port
OPERATORS = ("/healthz", "/readyz", "/metrics")  # asked from inside, without a proxy between

NO_PROXY_NAMED = (
    "JIEDAI_PUBLIC_URL is https, but JIEDAI_TRUSTED_PROXIES names no proxy: all visitors will count as one address. "
    "Name the proxy that ends TLS, and let it send X-Forwarded-For."
)
NOT_FORWARDED = (
    "A request came without a visitor's address from a proxy named in JIEDAI_TRUSTED_PROXIES, although "
    "JIEDAI_PUBLIC_URL is https: all visitors of that proxy count as one address. Name it, and let it send "
    "X-Forwarded-For."
)
NOT_TRUSTED = (
    "An X-Forwarded-For header was ignored: it came from %s, which JIEDAI_TRUSTED_PROXIES does not name. "
    "If that is your proxy, name it."
)


def address_of(request: HTTPConnection) -> str:
    """Return the client's network address; "unknown" if there is none.

    It is the one nearest to us in X-Forwarded-For that is no trusted proxy, if a trusted proxy sent the request;
    otherwise that of the connection.
    """
    trust: ProxyTrust = request.app.state.proxy_trust
    return trust.address(request.scope)


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 of an IPv6 one; "unknown" for any other text."""
    found = parse_address(address)
    if found is None:
        return UNKNOWN
    if isinstance(found, IPv4Address) or found.is_loopback:
        return str(found)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"


@lru_cache(4096)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in a text that may have brackets, a zone and a port; IPv4-mapped IPv6 is IPv4."""
    text = text.strip()
    return _parsed(text) if len(text) <= LONGEST else None


class ProxyTrust:
    """Which proxies are believed, which addresses many visitors share, and what was already said in the log."""

    def __init__(self, settings: Settings) -> None:
        self.proxies, self.shared = settings.trusted_proxies, settings.shared_addresses
        self._is_public = settings.public_url.startswith("https://")
        self._may_tell_ignored = self._may_tell_missing = True

    def is_trusted(self, address: str) -> bool:
        """Whether it is the address of a proxy named in the settings."""
        found = parse_address(address)
        return found is not None and any(found in network for network in self.proxies)

    def width(self, network: str) -> int:
        """Return how many times as wide as a stranger's the limits of an address, or of a /64, are."""
        found = parse_address(network.removesuffix("/64"))
        return SHARED_WIDTH if found is not None and any(found in shared for shared in self.shared) else 1

    def address(self, scope: Scope) -> str:
        """Return the client's address in plain form; see `address_of`."""
        so_far = parse_address(_peer(scope))
        if so_far is None:
            return UNKNOWN
        if not self.is_trusted(str(so_far)):
            return str(so_far)
        for part in reversed(_forwarded(scope).split(",")):
            found = parse_address(part)
            if found is None:
                break
            so_far = found
            if not self.is_trusted(str(found)):
                break
        return str(so_far)

    def check(self, scope: Scope) -> None:
        """Log, once each, a header that was ignored, and a public request whose sender no proxy has told."""
        if not self._may_tell_ignored and not (self._may_tell_missing and self._is_public):
            return
        peer, is_forwarded = _peer(scope), any(name == HEADER for name, _ in scope["headers"])
        is_trusted = self.is_trusted(peer)
        if is_forwarded and not is_trusted and self._may_tell_ignored:
            self._may_tell_ignored = False
            log.warning(NOT_TRUSTED, _named(peer))
        told = is_forwarded and is_trusted
        if self._is_public and self._may_tell_missing and not told and scope["path"] not in OPERATORS:
            self._may_tell_missing = False
            log.warning(NOT_FORWARDED)


class CheckedProxies:
    """Middleware that has `ProxyTrust` look at every request."""

    def __init__(self, app: ASGIApp, trust: ProxyTrust) -> None:
        self.app, self.trust = app, trust

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.trust.check(scope)
        await self.app(scope, receive, send)


def warn_at_start(settings: Settings) -> None:
    """Log that a public https address is set and no proxy named."""
    if settings.public_url.startswith("https://") and not settings.trusted_proxies:
        log.warning(NO_PROXY_NAMED)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _forwarded(scope: Scope) -> str:
    return b",".join(value for name, value in scope["headers"] if name == HEADER).decode("latin-1")


def _named(peer: str) -> str:
    # A stranger's address is personal data; that of a machine in the house is what the operator must enter.
    found = parse_address(peer)
    return peer if found is not None and found.is_private else "an address outside this network"
