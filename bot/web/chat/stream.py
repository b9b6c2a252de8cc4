"""The transcript as the customer may see it, and the stream of what is new in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Connection

from bot.auth import visitor_sessions
from bot.delivery.customer_messages import WEB
from bot.service import Service
from bot.transcript import conversations, message_store
from bot.transcript.message_store import Message
from bot.web.responses import BEAT, BREATH
from escalation.tickets import ticket_store


async def live_events(request: Request, service: Service, token: str, address: str, after: int) -> AsyncIterator[str]:
    """Yield server-sent events until the page is closed, the server stops or the session ends."""
    shown: dict[str, Any] = {}
    while not await request.is_disconnected() and not request.app.state.stopping.is_set():
        seen = service.change_feed.version
        found = await service.database.read(_transcript_of, token, address, after, service.clock())
        if found is None:
            return
        if found["messages"] or {**found, "messages": []} != shown:
            shown = {**found, "messages": []}
            after = found["messages"][-1]["id"] if found["messages"] else after
            yield f"event: messages\nid: {after}\ndata: {json.dumps(found, ensure_ascii=False)}\n\n"
        if await service.change_feed.wait(seen, BEAT) == seen:
            yield ": still here\n\n"
        else:
            await asyncio.sleep(BREATH)


def _transcript_of(db: Connection, token: str, address: str, after: int, now: datetime) -> dict[str, Any] | None:
    """As `read_transcript`; None once the session has ended."""
    return read_transcript(db, address, after) if visitor_sessions.address_of(db, token, now) == address else None


def read_transcript(db: Connection, address: str, after: int) -> dict[str, Any]:
    """Return the lines after a message id, whether the bot is composing, and how the matter stands."""
    conversation = conversations.find_conversation(db, WEB, address)
    if conversation is None:
        return {"messages": [], "composing": False, "state": "bot"}
    lines = message_store.transcript(db, conversation.id, after)
    state = "bot"
    if conversation.ticket_id is not None:
        ticket = ticket_store.get_ticket(db, conversation.ticket_id)
        state = ticket.state if ticket.is_open else "bot"
    return {
        "messages": [as_json(line) for line in lines],
        "composing": conversation.held_until is not None,
        "state": state,
    }


def as_json(line: Message) -> dict[str, Any]:
    """Return a transcript line as the customer may see it: no staff id, no scores."""
    shown: dict[str, Any] = {"id": line.id, "author": line.author, "kind": line.kind, "text": line.text}
    shown |= {"at": line.at.isoformat(), "buttons": line.meta.get("buttons", [])}
    if line.author == "agent":
        shown["name"] = line.meta.get("name", "")
    if line.kind == "file":
        shown["file"] = {key: line.meta.get(key) for key in ("file", "mime", "size")}
    if line.meta.get("choice"):
        shown["choice"] = line.meta["choice"]
    return shown
