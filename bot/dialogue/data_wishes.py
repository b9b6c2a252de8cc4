"""Which wishes about their own data stand for a customer: as requests, or as lines of their open ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from sqlalchemy import Connection

from bot.dialogue.data_words import DataWish, said_of_data
from bot.dialogue.situation import Situation
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from escalation.customers.data_requests import UNDER_WAY, DataRequest, RequestKind, requests_of
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Ticket

KIND_OF: Mapping[DataWish, RequestKind] = {"export": "export", "forget": "erase"}
_REASONS: Mapping[str, DataWish] = {"export": "export", "forget": "forget", "delete_data": "forget"}


def with_data_wishes(
    db: Connection,
    rules: Rules,
    situation: Situation,
    ticket: Ticket | None,
    conversation: Conversation,
    text: str,
) -> Situation:
    """Return the situation with the wishes that stand, where the text is about one's own data, and what is in force."""
    notice = rules.policy.notice
    situation = replace(situation, has_notice=notice is not None, has_consents=bool(notice and notice.consents))
    if not text or said_of_data(text) is None:
        return situation
    standing = [wish for wish in get_args(DataWish) if is_wished(db, ticket, conversation.contact_id, wish)]
    return replace(situation, data_wishes=tuple(standing))


def is_wished(db: Connection, ticket: Ticket | None, contact_id: str | None, wish: DataWish) -> bool:
    """Whether a wish stands: a request is under way, or the open ticket has it."""
    return bool(open_requests(db, contact_id, wish)) or (
        ticket is not None and ticket.is_open and stands_in(db, ticket, wish)
    )


def open_requests(db: Connection, contact_id: str | None, wish: DataWish) -> list[DataRequest]:
    """Return a contact's requests of this kind that wait or are being carried out, the oldest first."""
    if contact_id is None:
        return []
    return [each for each in requests_of(db, contact_id, KIND_OF[wish]) if each.state in UNDER_WAY]


def stands_in(db: Connection, ticket: Ticket, wish: DataWish) -> bool:
    """Whether a ticket has the wish, and it was not withdrawn since."""
    told = [row.kind for row in history_of(db, ticket.id) if row.kind in (f"{wish}_asked", f"{wish}_withdrawn")]
    return told[-1] == f"{wish}_asked" if told else _REASONS.get(ticket.reason or "") == wish
