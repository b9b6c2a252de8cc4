"""Agents' replies to customers: recorded, their deadlines met, posted and learnt from, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.delivery.corrections import LONGEST_CAPTION
from bot.delivery.customer_messages import is_without_channel, reachable_at
from bot.delivery.customer_topics import get_topic, ticket_of_address, topic_address
from bot.dialogue.answer_judging import article_sent, judge_reply
from bot.dialogue.customer import customer_of
from bot.dialogue.gap_capture import learn_reply
from bot.messages import Button, File, Kind
from bot.rules import Rules
from bot.transcript import attachments, channel_message_ids, message_store, processed_keys
from bot.transcript.business_chats import business_chat
from bot.transcript.business_connections import obstacle_at
from bot.transcript.conversations import Conversation, lock_conversation_by_id, save_conversation
from bot.transcript.line_meta import NewLineMeta
from bot.wording.utf16 import units
from escalation.staff import Staff
from escalation.tickets import holding
from escalation.tickets.events import TicketAnswered
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import get_ticket

MAX_REPLY = 4_000


@dataclass(frozen=True, slots=True)
class Written:
    """The messenger message in which staff wrote something: its chat and its id there."""

    chat: int
    number: int


@dataclass(frozen=True, slots=True)
class Reply:
    """An agent's reply to the customer. `key` is its idempotency key.

    `answers` is the id of the customer's line it replies to. A `file` is stored by reference only: the customer gets a
    copy of the message it was `written` in, with its caption, or without (`bare`) if the text follows separately.
    One of several files of a message that is not copied goes by its reference (`apart`). `files`, whose bytes we hold,
    follow the words, each as a line of its own.
    """

    text: str
    key: str
    written: Written | None = None
    answers: int | None = None
    file: File | None = None
    place: tuple[float, float] | None = None
    bare: bool = False
    apart: bool = False
    reopens: bool = False  # a finished ticket, which whoever replies then holds
    buttons: tuple[Button, ...] = ()  # below it, for the customer alone to whom it is written
    files: tuple[File, ...] = ()


def send_reply(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, conversation: Conversation, reply: Reply, now: datetime
) -> TicketAnswered | None:
    """Reply to the customer as the ticket's holder; None if this reply was sent before.

    The conversation must be locked. Raises `Refused`: "nobody_to_write_to", "empty", "too_long" (over MAX_REPLY
    characters), or for what the ticket's state forbids.
    """
    demand_sendable(db, conversation, reply, now)
    if not processed_keys.remember_key(db, "console", f"{ticket_id}:{reply.key}", now):
        return None
    return deliver(db, rules, who, ticket_id, conversation, reply, now)


def demand_sendable(db: Connection, conversation: Conversation, reply: Reply, now: datetime) -> None:
    """Raise `Refused` for a reply that cannot be sent: "nobody_to_write_to", "empty", "too_long", an `Obstacle`."""
    if is_without_channel(db, conversation):
        raise Refused("nobody_to_write_to")
    to = reachable_at(db, conversation)
    if to is not None and (obstacle := obstacle_at(db, to[1], now)) is not None:
        raise Refused(obstacle)
    if not reply.text.strip() and reply.file is None and reply.place is None and not reply.files:
        raise Refused("empty")
    if len(reply.text.strip()) > MAX_REPLY:
        raise Refused("too_long")


def deliver(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, conversation: Conversation, reply: Reply, now: datetime
) -> TicketAnswered:
    """Send a reply whose key was remembered in this transaction; raises `Refused` as `holding.answer`."""
    text = reply.text.strip()
    has_more = reply.file is not None or reply.place is not None or bool(reply.files)
    article = article_sent(rules, get_ticket(db, ticket_id), text) if text else None
    event = holding.answer(db, rules.policy, ticket_id, who, text, now, article)
    if text and not has_more:
        learn_reply(db, rules, customer_of(db, rules, conversation, now)[0], event.ticket, text, now)
        judge_reply(db, event.ticket, text, now)
    if conversation.ticket_id != ticket_id:
        conversation = _make_current(db, conversation, ticket_id, now)
    for part in _parts(reply):
        _say(db, rules, who, event.ticket, conversation, part, now)
    _copy(db, rules, who, event.ticket, conversation, reply, now)
    return event


def _parts(reply: Reply) -> Iterator[Reply]:
    """The lines of a reply: its words, and each of the files whose bytes we hold."""
    if reply.text.strip() or not reply.files:
        yield replace(reply, files=())
    for file in reply.files:
        yield Reply("", reply.key, file=file)


def _say(
    db: Connection, rules: Rules, who: Staff, ticket: Ticket, conversation: Conversation, part: Reply, now: datetime
) -> None:
    text = part.text.strip()
    line = _write_down(db, conversation, who, part, text, now)
    if (to := reachable_at(db, conversation)) is not None:
        _post(db, rules, to, ticket, part, text, line, now)


def _copy(
    db: Connection, rules: Rules, who: Staff, ticket: Ticket, conversation: Conversation, reply: Reply, now: datetime
) -> None:
    """Say a reply in the other conversations of this ticket too, but for what is kept at the channel.

    They are of colleagues whose tickets were merged into it.
    """
    copy = Reply(reply.text, reply.key, files=reply.files)
    goes_on = bool(copy.text.strip() or copy.files)
    for other in message_store.conversations_with(db, ticket.id, conversation.id) if goes_on else ():
        there = lock_conversation_by_id(db, other)
        for part in _parts(copy):
            _say(db, rules, who, ticket, there, part, now)


def _make_current(db: Connection, conversation: Conversation, ticket_id: int, now: datetime) -> Conversation:
    """What the customer writes next goes to whoever is answering them now; what was asked of another matter ends."""
    current = replace(conversation, ticket_id=ticket_id, awaiting=None, follow_up_at=None, hand_over_at=None)
    save_conversation(db, current, now)
    return current


def _write_down(db: Connection, conversation: Conversation, who: Staff, reply: Reply, text: str, now: datetime) -> int:
    kind: Kind = "file" if reply.file is not None else "location" if reply.place is not None else "text"
    meta: NewLineMeta = {"name": who.name}
    if reply.answers is not None:
        meta["reply_to"] = reply.answers
    if reply.file is not None:
        meta |= {"file": reply.file.name, "mime": reply.file.mime, "size": reply.file.size}
    if reply.place is not None:
        meta["place"] = list(reply.place)
    line = message_store.add_message(
        db, conversation, "agent", text, now, kind=kind, staff_id=who.id, buttons=reply.buttons, **meta
    )
    if reply.file is not None:
        attachments.add_attachment(db, line, reply.file)
    if reply.written is not None:
        channel_message_ids.remember_id(db, reply.written.chat, reply.written.number, message_id=line)
    return line


def _post(
    db: Connection,
    rules: Rules,
    to: tuple[str, str],
    ticket: Ticket,
    reply: Reply,
    text: str,
    line: int,
    now: datetime,
) -> None:
    to, answers = topic_address(db, to, ticket.id), None
    content: dict[str, Any] | None = None
    if reply.answers is not None:
        answers = _number_of(db, to[1], reply.answers)
    if reply.file is not None and reply.file.content is not None:
        content = {"held": True}
    elif business_chat(to[1]) is not None or reply.apart:  # nothing can be copied to an account
        content, text = _by_reference(reply, text)
    elif reply.written is not None and (reply.file is not None or reply.place is not None):
        content = {"copy": [reply.written.chat, reply.written.number], "bare": reply.bare}
        text = text if reply.bare else ""  # it is under the picture
    rank = rules.policy.tier_of(ticket.tier).rank
    outbox.post(db, *to, text, now, reply.buttons, rank=rank, reply_to=answers, content=content, line=line)


def _number_of(db: Connection, address: str, line: int) -> int | None:
    """The channel's number of the line that is answered; None in a ticket's topic for a line that stands elsewhere."""
    chat = channel_message_ids.chat_of(address)
    if chat is None or (ticket_of_address(address) is not None and not _stands_at(db, address, chat, line)):
        return None
    return channel_message_ids.id_in(db, chat, line)


def _stands_at(db: Connection, address: str, chat: int, line: int) -> bool:
    topic = get_topic(db, ticket_of_address(address) or 0, chat)
    written = message_store.get_message(db, line).meta.get("topic")
    return topic is not None and topic.thread is not None and written == topic.thread


def _by_reference(reply: Reply, text: str) -> tuple[dict[str, Any] | None, str]:
    """A file or a place as what it is, not as a copy, with what is then said apart from it."""
    if reply.place is not None:
        return {"place": list(reply.place)}, ""
    if reply.file is None or reply.file.reference is None:
        return None, text
    file, fits = {"id": reply.file.reference, "name": reply.file.name, "mime": reply.file.mime}, not reply.bare
    fits = fits and units(text) <= LONGEST_CAPTION
    return {"file": file, "caption": text if fits else ""}, "" if fits else text
