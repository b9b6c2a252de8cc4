"""The routes of the console."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from bot.web.console import (
    board,
    calendar,
    inbox,
    incidents,
    knowledge,
    policy,
    roster,
    sign_in,
    stream,
    telegram,
    ticket,
)
from bot.web.console.access import show_problems_as_pages


def add_console(app: FastAPI) -> None:
    """Add the console's routes to the application; call it after `tell_problems`."""
    app.state.sign_in_turn = asyncio.Lock()
    show_problems_as_pages(app)
    for door in (
        sign_in,
        board,
        inbox,
        stream,
        ticket,
        knowledge,
        calendar,
        incidents,
        policy,
        roster,
        telegram,
    ):
        app.include_router(door.router)
