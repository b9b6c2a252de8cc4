"""The state of a turn while its acts are executed, and the effects they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.messages import Button
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta
from bot.wording.moments import by
from bot.wording.phrases import in_script, say
from bot.wording.provisional import MAY_MOVE
from escalation.customers.model import Customer, TierDecision
from escalation.policy.tiers import FIRST_CONTACT
from escalation.tickets import deadline_store, ticket_store
from escalation.tickets.events import Event
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.moved_deadlines import is_provisional
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.matching.ranking import Candidate


class TurnContext:
    """A turn being executed, in the caller's transaction.

    `conversation` is saved by the caller afterwards; `ticket` is locked once it is known; `gap` is the id of this
    turn's gap. `asked`: the customer waits for an answer where they wrote. `refused`: the article whose question was
    understood, where the turn says nothing but that it is not meant.
    """

    def __init__(
        self,
        db: Connection,
        rules: Rules,
        conversation: Conversation,
        customer: tuple[Customer | None, TierDecision],
        now: datetime,
        ticket: Ticket | None = None,
        text: str = "",
        candidates: tuple[Candidate, ...] = (),
        *,
        reading: Reading | None = None,
        asked: bool = False,
        refused: str | None = None,
    ) -> None:
        self.db, self.rules, self.policy, self.now = db, rules, rules.policy, now
        self.conversation = conversation
        self.customer, self.tier = customer
        self.asked = asked
        self.refused = refused
        self.ticket = ticket
        self.text, self.candidates = text, candidates
        self.reading = reading if reading is not None else Reading(text, (ClauseReading(text),) if text else ())
        self.gap: int | None = None
        self.promised_anew = False  # a sooner first contact was told in this turn
        self.promised_before: datetime | None = None  # the first contact as it was before the turn
        self.promise_told: datetime | None = None  # the first contact that was told in this turn
        self.opened = False  # the turn's ticket was opened in it
        self.says_may_move = False  # that the holidays are not published was told in this turn

    def say(self, wording: str, buttons: Sequence[Button] = (), *, then: str = "", **values: str) -> None:
        """Send a sentence of the policy's wording, and `then`, one of the code's own.

        `{by}` in it becomes the promised time of the first response, unless it is among the `values`.
        """
        if "{by}" in self.policy.wording[wording] and "by" not in values:
            due = deadline_store.promised(self.db, self.its_ticket().id)
            if due is None:  # a person has been in touch already: no first contact is owed, and none is promised again
                wording = "appended"
            else:
                values["by"] = by(self.policy, due, self.now)
                self.promise_told = due
                then = self.if_it_may_move(FIRST_CONTACT) + then
        language = self.conversation.language
        text = say(self.policy, wording, language, **values) + in_script(then, language)
        self.send(text, buttons, wording=wording)

    def if_it_may_move(self, milestone: str) -> str:
        """Return that the ticket's promise of a milestone may still move; empty if it does not, or was said already."""
        if self.says_may_move or not is_provisional(self.db, self.its_ticket().id, milestone):
            return ""
        self.says_may_move = True
        return MAY_MOVE

    def send(self, text: str, buttons: Sequence[Button] = (), **meta: Unpack[NewLineMeta]) -> None:
        """Send text that is already in the customer's script (simplified or traditional)."""
        kept = {"gap": self.gap} if self.gap is not None else {}
        rank = self.policy.tier_of(self.tier.tier).rank
        where: dict[str, Any] = {"unasked": not self.asked, "about": self._told_of(), **kept}
        send_to_customer(self.db, self.conversation, text, self.now, buttons, rank=rank, **where, **meta)

    def _told_of(self) -> int | None:
        """The ticket in whose topic it is said; None for what answers words of the customer's where they stand."""
        if self.asked and not self.opened:
            return None
        return self.ticket.id if self.ticket is not None else self.conversation.ticket_id

    def announce(self, *events: Event) -> None:
        """Notify staff of these events, and page at once."""
        announce_now(self.db, self.rules, events, self.now, self.customer)

    def its_ticket(self) -> Ticket:
        """The conversation's ticket, locked."""
        if self.ticket is None:
            assert self.conversation.ticket_id is not None, "only planned when there is a ticket"
            self.ticket = ticket_store.lock_ticket(self.db, self.conversation.ticket_id)
        return self.ticket

    def remember(self, **changes: Any) -> None:
        """Change fields of the conversation."""
        self.conversation = replace(self.conversation, **changes)
