"""The agents' console: all its doors in one place."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from bot.web import (
    board,
    calendar_page,
    inbox,
    incidents_page,
    knowledge_page,
    policy_page,
    roster_page,
    sign_in,
    stream,
    telegram_page,
    ticket_page,
)
from bot.web.guard import show_problems_as_pages


def add_console(app: FastAPI) -> None:
    """Open the console on this application; call it after `tell_problems`."""
    app.state.sign_in_turn = asyncio.Lock()
    show_problems_as_pages(app)
    for door in (
        sign_in,
        board,
        inbox,
        stream,
        ticket_page,
        knowledge_page,
        calendar_page,
        incidents_page,
        policy_page,
        roster_page,
        telegram_page,
    ):
        app.include_router(door.router)
