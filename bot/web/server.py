"""The web application: routes, headers, size limits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.messages import MAX_FILE
from bot.service import Service
from bot.web import api, customer_items_api, customers_api, figures_api, ticket_api
from bot.web.chat import criteria, endpoints, files, page, privacy
from bot.web.chat.visitor_limits import VisitorLimits
from bot.web.client_address import CheckedProxies, ProxyTrust
from bot.web.console.page_deltas import WithDeltas
from bot.web.console.routes import add_console
from bot.web.edge.admission import Admission
from bot.web.edge.capacity import MOST_FILES, Capacity, capacity_of
from bot.web.edge.connections import Connections
from bot.web.edge.request_rate import RequestRate
from bot.web.errors import add_error_handlers, too_large
from bot.web.headers import WithHeaders, headers_for
from bot.web.health import Checks, health_router
from bot.web.shared_routes import add_routes
from bot.web.static_files import HashedFiles
from bot.web.webhooks import Hooks
from bot.wording.reply_files import MOST_TOGETHER

HERE = Path(__file__).parent
MAX_BODY = MAX_FILE + 64 * 1024  # the largest file we take, and the form around it
MAX_REPLY = 2 * MOST_TOGETHER  # an agent's reply with files, of which the route itself refuses half in words
UNCOMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")  # customers' files
MAX_WORDS = 1024 * 1024  # any other body


def create_app(
    service: Service, checks: Checks = dict, lifespan: Any = None, capacity: Capacity | None = None
) -> FastAPI:
    """Build the application over one service; `checks` returns the readiness checks by name."""
    app = FastAPI(
        title="Jiedai 接待",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.stopping = asyncio.Event()
    app.state.proxy_trust = ProxyTrust(service.settings)
    app.state.connections = Connections(capacity or capacity_of(MOST_FILES), app.state.proxy_trust)
    app.state.visitor_limits = VisitorLimits(service)
    add_error_handlers(app)
    app.add_middleware(Admission, connections=app.state.connections)
    if service.origins():
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(service.origins()),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
    app.add_middleware(WithDeltas)
    app.add_middleware(GZipMiddleware, compresslevel=5, exclude_content_types=UNCOMPRESSED)
    app.add_middleware(_Bounded)
    app.add_middleware(WithHeaders, headers=headers_for(service.settings.public_url))
    app.add_middleware(Hooks, service=service)
    app.add_middleware(RequestRate, trust=app.state.proxy_trust)
    app.add_middleware(CheckedProxies, trust=app.state.proxy_trust)
    add_routes(app, endpoints.router)
    add_routes(app, files.router)
    add_routes(app, page.router)
    add_routes(app, criteria.router)
    add_routes(app, privacy.router)
    add_routes(app, api.router)
    add_routes(app, customers_api.router)
    add_routes(app, customer_items_api.router)
    add_routes(app, ticket_api.router)
    add_routes(app, figures_api.router)
    add_routes(app, health_router(checks))
    add_console(app)
    app.mount("/static", HashedFiles(directory=HERE / "static"), name="static")
    _add_pages(app)
    return app


def _bound(path: str) -> int:
    if path.startswith("/console/") and path.endswith("/reply/files"):
        return MAX_REPLY
    return MAX_BODY if path.endswith("/files") else MAX_WORDS


class _Bounded:
    """Middleware that limits the size of JSON and form bodies, whose parsing blocks the event loop, but not files."""

    def __init__(self, app: ASGIApp) -> None:
        self.bounded = {size: RequestBodyLimitMiddleware(app, size) for size in (MAX_BODY, MAX_REPLY, MAX_WORDS)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        bound = _bound(scope.get("path", ""))
        app: ASGIApp = self.bounded[bound]
        if scope["type"] == "http" and _announced(scope) > bound:  # in words, before the framework's bare refusal
            app = JSONResponse({"error": too_large(Request(scope))}, 413)
        await app(scope, receive, send)


def _announced(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "")
    return int(text[:19]) if text.isascii() and text.isdigit() else 0


def _add_pages(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/chat")
