"""The transcript as the customer may see it, and the stream of what is new in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Connection

from bot.auth import visitor_sessions
from bot.delivery.customer_messages import WEB
from bot.delivery.read_marks import mark_read, to_mark
from bot.service import Service
from bot.transcript import conversations, message_store
from bot.transcript.conversations import Conversation
from bot.transcript.edits import corrected_lines
from bot.transcript.message_store import Message
from bot.web.responses import BEAT, BREATH, QUIET_BEATS
from escalation.tickets import ticket_store
from escalation.tickets.changes import name_of_ticket

MOST = 500  # lines told at once; of a longer talk the newest


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page is told, and the line up to which it has then shown the talk; None if that was known."""

    shown: dict[str, Any]
    conversation_id: int = 0
    to_mark: int | None = None


async def live_events(
    request: Request, service: Service, token: str, address: str, after: int, talk: str = ""
) -> AsyncGenerator[str]:
    """Yield server-sent events until the page is closed, the server stops or the session ends.

    `talk`: which talk the page shows; the lines of any other one are told from its beginning.
    """
    shown: dict[str, Any] = {}
    # Followed before it is read, so that no change falls in between.
    with service.change_feed.follow(conversations.name_of_address(WEB, address)) as follower:
        follower.also([visitor_sessions.name_of_session(token)])
        while not request.app.state.stopping.is_set():
            seen, names = await service.database.read(_followed, token, address, after, talk, service.clock())
            if seen is None:
                return
            found = seen.shown
            if follower.also(names):
                continue
            if found["messages"] or {**found, "messages": []} != shown:
                shown = {**found, "messages": []}
                after, talk = (found["messages"][-1]["id"] if found["messages"] else after), found["talk"]
                yield f"event: messages\nid: {after}\ndata: {json.dumps(found, ensure_ascii=False)}\n\n"
                await note_read(service, seen)
            for _ in range(QUIET_BEATS):
                if await follower.wait(BEAT):
                    await asyncio.sleep(BREATH)
                    break
                yield ": still here\n\n"


def _followed(
    db: Connection, token: str, address: str, after: int, talk: str, now: datetime
) -> tuple[Seen | None, list[str]]:
    """As `read_transcript`, or None once the session has ended; and the names of what can change it."""
    if visitor_sessions.address_of(db, token, now) != address:
        return None, []
    conversation = conversations.find_conversation(db, WEB, address)
    return read_transcript(db, address, after, talk), names_of(conversation)


def names_of(conversation: Conversation | None) -> list[str]:
    """Return the names of what a customer's page shows of a conversation, beside its address."""
    if conversation is None:
        return []
    names = [conversations.name_of_conversation(conversation.id)]
    return names if conversation.ticket_id is None else [*names, name_of_ticket(conversation.ticket_id)]


def read_transcript(db: Connection, address: str, after: int, talk: str = "") -> Seen:
    """Return the lines after a message id, whether the bot is composing, and how the matter stands.

    The `talk` of the answer changes when another talk of the same customer has become part of it, with lines older than
    what the page shows: given the one that it shows, the answer to a page that is behind has all lines.
    """
    conversation = conversations.find_conversation(db, WEB, address)
    if conversation is None:
        return Seen({"messages": [], "corrected": [], "composing": False, "state": "bot", "talk": ""})
    here = f"{conversation.id}.{conversation.joins}"
    behind = after == 0 or talk not in ("", here)
    lines = message_store.latest(db, conversation.id, MOST) if behind else _after(db, conversation, after)
    state = "bot"
    if conversation.ticket_id is not None:
        ticket = ticket_store.get_ticket(db, conversation.ticket_id)
        state = ticket.state if ticket.is_open else "bot"
    shown = {"messages": [as_json(line) for line in lines], "composing": conversation.held_until is not None}
    until = 0 if behind else after  # what is told anew is told as it reads by now
    shown["corrected"] = [as_json(line) for line in corrected_lines(db, conversation.id, until)]
    return Seen(shown | {"state": state, "talk": here}, conversation.id, to_mark(db, conversation.id, lines))


async def note_read(service: Service, seen: Seen) -> None:
    """Write how far the customer has read, once the page has it."""
    if seen.to_mark is not None:
        await service.database.unit(mark_read, seen.conversation_id, seen.to_mark)


def _after(db: Connection, conversation: Conversation, after: int) -> list[Message]:
    return message_store.transcript(db, conversation.id, after, MOST)


def as_json(line: Message) -> dict[str, Any]:
    """Return a transcript line as the customer may see it: no staff id, no scores."""
    shown: dict[str, Any] = {"id": line.id, "author": line.author, "kind": line.kind, "text": line.text}
    shown |= {"at": line.at.isoformat(), "buttons": line.meta.get("buttons", [])}
    if line.author == "agent":
        shown |= {"name": line.meta.get("name", ""), "text": line.words}
        shown |= {name: True for name in ("corrected", "taken_back") if line.meta.get(name)}
    if line.kind == "file" and not line.meta.get("taken_back"):
        shown["file"] = {key: line.meta.get(key) for key in ("file", "mime", "size")}
    if line.meta.get("choice"):
        shown["choice"] = line.meta["choice"]
    return shown
