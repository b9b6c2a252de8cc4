"""A ticket's topic in its customer's private chat: wanted when it opens; what is written there is about that ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_topics import ticket_written_in, want_topic
from bot.messages import Incoming
from bot.transcript.conversations import Conversation, save_conversation
from bot.wording import marks
from bot.wording.telegram_customers import topic_name
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Ticket


def begin_topic(db: Connection, conversation: Conversation, ticket: Ticket, title: str) -> None:
    """Let a ticket just opened have a topic in the chat where its customer writes, if topics are made there.

    `title`: the customer's own words for it; what staff entered is not shown to them.
    """
    name = topic_name(ticket.id, title)
    want_topic(db, ticket.id, conversation.channel, conversation.address, name)


def as_written_in_topic(
    db: Connection, conversation: Conversation, message: Incoming, now: datetime
) -> tuple[Conversation, Incoming]:
    """Return conversation and message so that what stands in a ticket's topic is about that ticket.

    A conversation has one present ticket at a time: this one becomes it, as when an agent writes on it. If it is closed
    the words belong where any others would, and staff read beside them in which topic they stand. The conversation must
    be locked.
    """
    if "/" not in message.address:
        return conversation, message
    ticket_id = ticket_written_in(db, message.channel, message.address)
    if ticket_id is None or ticket_id == conversation.ticket_id:
        return conversation, message
    ticket = _where_it_went(db, ticket_id)
    if ticket.id == conversation.ticket_id:
        return conversation, message
    if ticket.state == "closed":
        mark = marks.SEPARATOR.join(filter(None, (message.mark, marks.in_topic_of(ticket_id))))
        return conversation, replace(message, mark=mark)
    here = replace(conversation, ticket_id=ticket.id, awaiting=None, follow_up_at=None, hand_over_at=None)
    save_conversation(db, here, now)
    return here, message


def _where_it_went(db: Connection, ticket_id: int) -> Ticket:
    """The ticket, or the one in which it goes on."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    return ticket if ticket.merged_into is None else _where_it_went(db, ticket.merged_into)
