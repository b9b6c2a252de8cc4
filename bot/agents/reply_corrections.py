"""What an agent sent is corrected or taken back, by its author or a lead: on the web at once, in messengers soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.agents.reply import MAX_REPLY
from bot.delivery.corrections import post_correction
from bot.rules import Rules
from bot.transcript import edits, message_store
from bot.transcript.message_store import Message
from bot.wording.transcript import TAKEN_BACK
from escalation.staff import Staff
from escalation.tickets import history, ticket_store
from escalation.tickets.access import demand_visible
from escalation.tickets.lifecycle import Refused, Ticket


@dataclass(frozen=True, slots=True)
class CorrectReply:
    """Replace the words of a reply that was sent; `line` is its number in the transcript."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take a reply back."""

    line: int


Correcting = CorrectReply | TakeBack


def correct_reply(db: Connection, rules: Rules, who: Staff, ticket_id: int, wish: Correcting, now: datetime) -> None:
    """Correct or take back a reply on a ticket whose conversation is locked; the earlier words stay with staff.

    Raises Refused (`forbidden`, `unknown_line`, `not_author`, `taken_back`, `empty`, `too_long`, `unchanged`).
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    demand_visible(who, ticket)
    line = _line_of(db, ticket, wish.line)
    if line.staff_id != who.id and not who.leads_in(ticket.queue):
        raise Refused("not_author", line.staff_id)
    if line.meta.get("taken_back"):
        raise Refused("taken_back")
    match wish:
        case CorrectReply(_, text):
            words, kind = _new_words(line, text), "reply_corrected"
            edits.correct(db, line, words, now)
        case TakeBack():
            words, kind = "", "reply_taken_back"
            edits.correct(db, line, TAKEN_BACK, now, taken_back=True)
        case _:
            assert_never(wish)
    history.log(db, ticket.id, kind, now, who.id, line=line.id)
    post_correction(db, line, words, now, rank=rules.policy.tier_of(ticket.tier).rank)


def _line_of(db: Connection, ticket: Ticket, number: int) -> Message:
    """The agent's line of this ticket."""
    found = message_store.get_messages(db, [number]).get(number)
    if found is None or found.ticket_id != ticket.id or found.author != "agent":
        raise Refused("unknown_line")
    return found


def _new_words(line: Message, text: str) -> str:
    words = text.strip()
    if not words:
        raise Refused("empty")
    if len(words) > MAX_REPLY:
        raise Refused("too_long")
    if words == line.words:
        raise Refused("unchanged")
    return words
