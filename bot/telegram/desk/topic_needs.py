"""The next step that a ticket's topic needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from aiogram.types import InlineKeyboardMarkup
from sqlalchemy import Connection

from bot.notifications.publish import labels
from bot.rules import Rules
from bot.telegram.desk import topic_card
from bot.telegram.desk.buttons import card_keyboard
from bot.telegram.desk.mirror import TopicMessage, next_piece
from bot.telegram.desk.topic_card import Facts
from bot.telegram.sending.rich_text import RichText
from bot.topic_sync import work_queue
from bot.topic_sync.topic_groups import every_group
from bot.topic_sync.work_queue import TopicWork
from bot.transcript import conversations, message_store
from bot.transcript.candidates import candidates_of
from bot.transcript.conversations import Conversation
from bot.transcript.visible_lines import is_in_sight
from bot.wording.ticket_topic import candidate
from bot.wording.topic_faults import NO_PIN
from escalation.customers.model import Customer
from escalation.customers.personal_data import claims_in, starred_claim, starred_name
from escalation.incidents import incident_store
from escalation.staff import staff_names
from escalation.tickets import deadline_store, task_store, ticket_store
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket

Doing = Literal["topic", "open", "card", "edit", "lines", "title", "close", "pin"]
_READ, _CONTACTS = 200, 3  # lines of a ticket that are read for contacts, and how many of those are shown
TWICE: tuple[Doing, ...] = ("topic", "card", "lines")  # done once more they are seen twice


@dataclass(frozen=True, slots=True)
class MakeTopic:
    """Create a topic of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Send the card (`number` is None) or edit it."""

    words: RichText
    markup: InlineKeyboardMarkup | None
    digest: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Rename the topic."""

    name: str


@dataclass(frozen=True, slots=True)
class CloseOrReopen:
    """Close or reopen the topic."""

    closed: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """Pin the card."""

    number: int


TopicNeed = MakeTopic | ShowCard | TopicMessage | Rename | CloseOrReopen | Pin


def name_digest(name: str) -> str:
    """Return a digest of a topic's name, which contains the customer's and is therefore not stored."""
    return hashlib.sha256(name.encode()).hexdigest()


class TopicNeeds:
    """A topic's state and its ticket's, compared."""

    def __init__(self, db: Connection, rules: Rules, topic: TopicWork, chat: int, console: str, now: datetime) -> None:
        self.db, self.rules, self.policy, self.topic, self.chat = db, rules, rules.policy, topic, chat
        self.console, self.now = console, now
        self.ticket: Ticket = ticket_store.get_ticket(db, topic.ticket_id)
        self.conversation: Conversation = conversations.get_conversation(db, self.ticket.conversation_id)
        self.customer = self._customer()

    def next(self) -> tuple[Doing, TopicNeed] | None:
        """Return the first step needed.

        One that may have been done already comes first, so that a repetition is labelled.
        """
        if self.ticket.closed_to:
            # Everybody in the group reads a topic, also those to whom the complaint is closed.
            shut = self.topic.thread is None or self.topic.closed
            return None if shut else ("close", CloseOrReopen(closed=True))
        if self.topic.thread is None:
            return None if self.ticket.state == "closed" else ("topic", MakeTopic(self.name))
        ways: dict[Doing, Callable[[], TopicNeed | None]] = {
            "open": self._open,
            "card": self._card,
            "edit": self._edit,
            "lines": self._lines,
            "title": self._title,
            "close": self._close,
            "pin": self._pin,
        }
        begun = [way for way in ways if way == self.topic.doing and way in TWICE]
        for way in (*begun, *ways):
            if (what := ways[way]()) is not None:
                return way, what
        return None

    @property
    def name(self) -> str:
        """The topic's name."""
        return topic_card.title(self.policy, self.facts)

    @cached_property
    def facts(self) -> Facts:
        """The data of the card."""
        ticket, names = self.ticket, staff_names(self.db)
        incident = incident_store.get_incident(self.db, ticket.incident_id) if ticket.incident_id is not None else None
        return Facts(
            ticket=ticket,
            customer=self.customer,
            conversation=self.conversation,
            clocks=deadline_store.deadlines_of(self.db, ticket.id),
            holder=names.get(ticket.holder_id or 0),
            assignee=names.get(ticket.assignee_id or 0),
            made=self.topic.made,
            incident=incident.title if incident is not None else None,
            contacts=self._contacts(),
            asked=task_store.open_tasks(self.db, task_store.ticket_tasks.c.ticket_id == ticket.id),
            candidates=self._candidates() if self.customer is None and self._tells_who else (),
            console=f"{self.console}/console/tickets/{ticket.id}" if self.console else "",
            tells_talk=self._tells_talk,
        )

    def _contacts(self) -> tuple[str, ...]:
        lines = message_store.ticket_lines(self.db, self.ticket.id, 0, _READ)
        said = (line.words for line in lines if line.author == "customer" and line.kind == "text")
        claims = (claim for text in said for claim in claims_in(text) if claim.kind != "name")
        return tuple(dict.fromkeys((claim if self._whole else starred_claim(claim)).text for claim in claims))[
            :_CONTACTS
        ]

    def _candidates(self) -> tuple[str, ...]:
        """Whose number it may be; it is often shared before there is a ticket."""
        lines = message_store.latest(self.db, self.conversation.id)
        here = [line for line in lines if is_in_sight(line, self.ticket, frozenset({self.ticket.id}))]
        found = candidates_of(self.db, self.rules.vault, self.policy, here, self.now)[:_CONTACTS]
        names = (each.contact.name if self._whole else starred_name(each.contact.name) for each in found)
        return tuple(candidate(name, each.organisation.name) for name, each in zip(names, found, strict=True))

    @property
    def _whole(self) -> bool:
        """Whether somebody has claimed it: what was told in confidence is starred until then."""
        return self.ticket.holder_id is not None and self._tells_talk

    @property
    def _tells_talk(self) -> bool:
        """Whether what is said on it may be copied into a chat outside of the house."""
        channel = self.ticket.channel or self.conversation.channel
        return self.policy.outside_chat.tells_talk(channel, "telegram")

    @property
    def _tells_who(self) -> bool:
        return self.policy.outside_chat.customer and self.policy.outside_chat.organisation

    def _customer(self) -> Customer | None:
        contact = self.ticket.contact_id
        return labels(self.db, self.rules, {contact}, self.now).get(contact) if contact else None

    def _shown(self) -> ShowCard:
        words = topic_card.card(self.policy, self.facts, self.now)
        repeats = any(map(self._repeats, self.facts.clocks))
        markup = card_keyboard(self.policy, self.ticket, self.facts.holder, repeats=repeats)
        return ShowCard(words, markup, words.digest(markup), self.topic.card)

    def _repeats(self, row: DeadlineRow) -> bool:
        """Whether a late deadline is told again and again until somebody taps 知道了."""
        runs = row.state == "open" and row.paused_at is None and row.acknowledged_at is None and row.has_told_its_end
        return runs and row.due_at <= self.now and any(step.get("repeat") for step in row.schedule)

    def _open(self) -> TopicNeed | None:
        return CloseOrReopen(closed=False) if self.topic.closed and self.ticket.state != "closed" else None

    def _card(self) -> TopicNeed | None:
        return self._shown() if self.topic.card is None else None

    def _edit(self) -> TopicNeed | None:
        shown = self._shown()
        return shown if shown.number is not None and shown.digest != self.topic.shown else None

    def _lines(self) -> TopicNeed | None:
        if self.topic.card is None or self.topic.closed:
            return None
        named = self.customer is not None and self.policy.outside_chat.customer
        name = self.customer.contact.name if self.customer is not None and named else ""
        found = next_piece(self.db, self.topic, self.ticket, self.conversation, name, tells_talk=self._tells_talk)
        if isinstance(found, TopicMessage) or found is None:
            return found
        work_queue.change_topic(self.db, self.topic, **found)
        return None

    def _title(self) -> TopicNeed | None:
        return Rename(self.name) if name_digest(self.name) != self.topic.title else None

    def _close(self) -> TopicNeed | None:
        return CloseOrReopen(closed=True) if self.ticket.state == "closed" and not self.topic.closed else None

    def _pin(self) -> TopicNeed | None:
        if self.topic.pinned or self.topic.card is None or self.ticket.state == "closed":
            return None
        here = next((group for group in every_group(self.db, self.rules) if group.chat == self.chat), None)
        return Pin(self.topic.card) if here is None or here.trouble != NO_PIN else None
