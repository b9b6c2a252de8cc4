"""Puts the routes of a module's router into an application as they are, made once in the process."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI


def add_routes(app: FastAPI, router: APIRouter) -> None:
    """Add the routes of a router that says its own prefix, tags and dependencies.

    `include_router` would make each of them anew for every application, with its fields and dependencies: a second of
    the first request.
    """
    app.router.routes.extend(router.routes)
