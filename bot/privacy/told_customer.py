"""Tells whoever asked for an erasure themselves, where they asked, that it is done; then this way is forgotten too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.delivery.customer_messages import send_to_customer
from bot.delivery.outbox import outbox, post
from bot.transcript import conversations
from bot.transcript.addresses import APART, PAGES, conversation_addresses
from bot.wording.phrases import in_script
from escalation.customers.data_requests import CUSTOMER, DataRequest, answered, get_request, save_request
from escalation.tickets.ticket_store import tickets

WAY = "way"  # in a request's progress: channel, address and language of who is to be told …
POSTED = "posted"  # … and afterwards the row of the outbox that tells them


def way_to(db: Connection, request: DataRequest) -> list[str] | None:
    """Return channel, address and language of the customer who asked; None where it was asked for by staff."""
    if request.asked_by != CUSTOMER or request.ticket_id is None or request.door == APART:
        return None
    talk = db.scalar(select(tickets.c.conversation_id).where(tickets.c.id == request.ticket_id))
    if talk is None:
        return None
    found = conversations.lock_conversation_by_id(db, talk)
    here = conversation_addresses.c
    mine = (here.conversation_id == found.id, here.channel == request.door)
    address = db.scalar(select(here.address).where(*mine).order_by(here.heard_at.desc(), here.address).limit(1))
    return [request.door, address, found.language] if address is not None else None


def is_way(request: DataRequest, channel: str, address: str) -> bool:
    """Whether the customer is to be told there."""
    way = request.progress.get(WAY)
    return way is not None and way[:2] == [channel, address]


def tell(db: Connection, request: DataRequest, text: str, now: datetime) -> dict[str, Any]:
    """Tell the customer: posted to the outbox, or, on a page, as the first line of a conversation of nobody.

    Returns the request's progress from then on.
    """
    way = request.progress.get(WAY)
    if way is None:
        return {}
    channel, address, language = way
    words = in_script(text, language)
    if channel in PAGES:
        send_to_customer(db, conversations.lock_conversation(db, channel, address, now), words, now)
        return {}
    return {POSTED: post(db, channel, address, words, now)}


def forget_told(db: Connection) -> int:
    """Delete the rows that told somebody, once they were sent or given up, with the address; return how many."""
    gone = 0
    for number in answered(db, POSTED):
        row = get_request(db, number).progress[POSTED]
        if db.scalar(select(outbox.c.state).where(outbox.c.id == row)) != "pending":
            db.execute(delete(outbox).where(outbox.c.id == row))
            save_request(db, number, progress={})
            gone += 1
    return gone
