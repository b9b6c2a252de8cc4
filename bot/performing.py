"""Carry out what was planned: words to the customer, tickets, notices; all inside the caller's transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot import history, notice_store, outbox
from bot.conversation import (
    Act,
    Answer,
    AskRating,
    Close,
    Complain,
    ExplainRating,
    Forward,
    HandOff,
    Helped,
    Hold,
    Miss,
    RaiseUrgency,
    Rate,
    Reopen,
    Say,
    Suggest,
    Urge,
)
from bot.history import Conversation
from bot.intents import intent_of
from bot.messages import Button
from bot.notices import notices
from bot.replies import answer_buttons, by, in_script, person_button, rating_buttons, say, staff_card
from bot.rules import Rules
from bot.staff_chat import post_card
from escalation import desk, store
from escalation.customers import Customer, TierDecision
from escalation.events import Event
from escalation.policy import Policy
from escalation.tickets import Ticket
from knowledge_base.articles import Article
from knowledge_base.matching import Candidate

WEB = "web"  # its transcript row is the delivery; every other channel has the outbox
_ORDER_NUMBER = re.compile(r"[0-9A-Za-z-]{6,}")


class Performance:
    """One turn being carried out; `conversation` is what to save afterwards."""

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
    ) -> None:
        self.db, self.rules, self.policy, self.now = db, rules, rules.policy, now
        self.conversation = conversation
        self.customer, self.tier = customer
        self.ticket = ticket
        self.text, self.candidates = text, candidates

    def perform(self, acts: Iterable[Act]) -> None:
        """Do these, in order."""
        for act in acts:
            self._do(act)

    def _do(self, act: Act) -> None:  # noqa: C901, PLR0912  # one line per kind of act, so that every kind is seen
        match act:
            case Hold():
                self._remember(held_until=self.now + self.policy.dialogue.gather)
            case Answer(candidate):
                self._answer(candidate.article)
            case Suggest(candidates):
                self._suggest(candidates)
            case Say(wording, offer_person):
                buttons = [person_button(self.policy, self.conversation.language)] if offer_person else []
                self.say(wording, buttons)
            case HandOff(reason):
                self.hand_over(reason)
            case Forward():
                self._forward()
            case Urge():
                self._urge()
            case RaiseUrgency():
                self._raise_urgency()
            case Complain():
                self._complain()
            case Reopen():
                self._reopen()
            case Miss(rejected):
                self._miss(rejected)
            case Helped():
                self.conversation = history.fresh_matter(self.conversation)
            case AskRating():
                self._ask_rating()
            case Rate(score):
                self._rate(score)
            case ExplainRating():
                desk.explain_rating(self.db, self._its_ticket().id, self.text)
            case Close():
                self._close()
            case _:
                assert_never(act)

    def say(self, wording: str, buttons: Sequence[Button] = (), **values: str) -> None:
        """A sentence of the policy, to the customer."""
        if "{by}" in self.policy.wording[wording] and "by" not in values:
            due = store.promised(self.db, self._its_ticket().id)
            if due is None:  # a person has been in touch already: no first contact is owed, and none is promised again
                wording = "appended"
            else:
                values["by"] = by(self.policy, due, self.now)
        self._tell(say(self.policy, wording, self.conversation.language, **values), buttons)

    def announce(self, event: Event) -> None:
        """Staff hear of an event: the inbox at once, urgent things in the staff chat too."""
        for notice in notices(self.policy, event, customer_label(self.customer), self.now):
            notice_store.save_notice(self.db, self.rules.vault, notice, self.now)
            post_card(self.db, self.rules, staff_card(notice.text, event), self.now)

    def hand_over(self, reason: str) -> None:
        """To a person: ticket first, then words, then the question for an order number."""
        if reason in ("asked_for_person", "missed_twice", "bot_held_long_enough", "own_person"):
            self._recall_the_matter()
        urgency = self.rules.urgency(self.text)
        self._leave_the_last_matter()
        opened = desk.open_ticket(self.db, self.policy, self._matter(reason, urgency.id), self.now)
        self.ticket = opened.ticket
        since = self.conversation.raised_at or self.now
        history.file_under_ticket(self.db, self.conversation.id, opened.ticket.id, since)
        history.mark_considered(self.db, self.conversation.id)
        self.conversation = replace(history.fresh_matter(self.conversation), ticket_id=opened.ticket.id)
        self._remember(held_until=None, follow_up_at=None, awaiting=None)
        self._promise_in_words(reason, critical=urgency.critical)
        self.announce(opened)

    def _leave_the_last_matter(self) -> None:
        """Somebody who comes with something new has no more to say about what was solved."""
        if self.ticket is not None and self.ticket.state == "resolved":
            self.announce(desk.close(self.db, self.policy, self.ticket.id, self.now))

    def _recall_the_matter(self) -> None:
        """A bare 「转人工」 says nothing about the matter; what was asked before it does."""
        if self.text and intent_of(self.policy, self.text) is None:
            return
        asked = self.conversation.question
        # Nothing asked before: the wish itself resembles some question by chance, and must not choose a queue.
        self.candidates = self.rules.rank(asked, self.tier.tier, self.now) if asked else ()
        self.text = asked or self.text

    def follow_up(self) -> None:
        """Some time after the resolution: ask for a rating, if the hour allows; much later, close."""
        ticket = self._its_ticket()
        self._remember(follow_up_at=None)
        if ticket.state != "resolved":
            return
        end = (ticket.resolved_at or self.now) + self.policy.dialogue.reopen_within
        if self.now >= end or self.conversation.awaiting == "reason":
            self._close()
        elif may_be_rated(ticket) and self.conversation.awaiting == "more":
            if not hour_allows_rating(self.policy, self.now):
                hours = self.policy.calendars[self.policy.dialogue.rating_hours]
                self._remember(follow_up_at=min(hours.next_opening(self.now), end))
                return
            self._ask_rating()
            self._remember(follow_up_at=end)
        else:
            self._remember(follow_up_at=end)

    def _answer(self, article: Article) -> None:
        language = self.conversation.language
        text = in_script(article.answer, language)
        self._tell(text, answer_buttons(self.policy, article.id, language), article=article.id)
        keep = 0 if self.conversation.last_answer else self.conversation.misses
        if article.id in self.conversation.rejected:
            keep = self.conversation.misses
        count = self.conversation.bot_answers + 1
        self._remember(last_answer=article.id, misses=keep, bot_answers=count, raised_at=None, hand_over_at=None)

    def _suggest(self, candidates: tuple[Candidate, ...]) -> None:
        language = self.conversation.language
        buttons = [Button(f"ask:{c.article.id}", in_script(c.article.question, language)) for c in candidates]
        self.say("unsure", [*buttons, person_button(self.policy, language)])
        self._keep_within_time()

    def _miss(self, rejected: str | None) -> None:
        was = self.conversation
        accepted = rejected is None and was.last_answer is not None
        shunned = [*was.rejected, rejected] if rejected and rejected not in was.rejected else was.rejected
        self._remember(misses=1 if accepted else was.misses + 1, rejected=shunned, last_answer=None)
        self._keep_within_time()

    def _keep_within_time(self) -> None:
        """The question is still open: some customers the bot may keep only so long."""
        holds = self.policy.tiers[self.tier.tier].bot_holds_at_most
        if holds is not None and self.conversation.raised_at is not None:
            self._remember(hand_over_at=self.conversation.raised_at + holds)

    def _matter(self, reason: str, urgency: str) -> desk.Matter:
        likely = self.rules.likely(self.candidates)
        topic = self.rules.topic(self.text, self.candidates, complaint=reason == "complaint")
        topics = self.policy.topics
        rejected = self.conversation.rejected
        return desk.Matter(
            conversation_id=self.conversation.id,
            contact_id=self.conversation.contact_id,
            tier=self.tier,
            topic=topic,
            urgency=urgency,
            complaint=topic is not None and topics[topic].complaint,
            subject=self._subject(),
            reason=reason,
            suggested=likely.article.answer if likely and likely.article.id not in rejected else None,
            candidates=[_candidate_json(candidate) for candidate in self.candidates[:5]],
            rejected=rejected,
            raised_at=self.conversation.raised_at or self.now,
        )

    def _subject(self) -> str:
        if self.text:
            return self.text
        lines = [line for line in history.latest(self.db, self.conversation.id, 20) if line.author == "customer"]
        return next((line.meta.get("file", "") for line in reversed(lines) if line.kind == "file"), "")

    def _promise_in_words(self, reason: str, *, critical: bool) -> None:
        ticket = self._its_ticket()
        if critical:
            self.say("safety")
            self.say("handed_off_critical")
        elif not self._is_staffed(ticket):
            self.say("handed_off_night")
        else:
            self.say("acknowledged_file" if reason == "file" else "handed_off")
        asks = not critical and not ticket.complaint and self.policy.tiers[self.tier.tier].bot == "answers"
        if asks and not _ORDER_NUMBER.search(self.text):
            self.say("ask_order_number")
        self._remember(awaiting=None if critical else "details")

    def _is_staffed(self, ticket: Ticket) -> bool:
        hours = self.policy.calendars[self.policy.tier_of(ticket.tier).calendar]
        return hours.is_open(self.now)

    def _forward(self) -> None:
        ticket = self._its_ticket()
        history.file_under_ticket(self.db, self.conversation.id, ticket.id, ticket.raised_at)
        if self.conversation.awaiting == "details":
            # Kept until the acknowledgement below has been said; then additions are taken in silence.
            self._remember(awaiting=None)
        self._remember(raised_at=None)

    def _urge(self) -> None:
        urged = desk.urge(self.db, self._its_ticket().id, self.now)
        due = store.promised(self.db, urged.ticket.id)
        if due is not None and due <= self.now:  # a promise already broken is not repeated as if it still stood
            self.say("waiting_overdue")
        else:
            self.say("waiting" if urged.times == 1 else "waiting_again")
        self.announce(urged)

    def _raise_urgency(self) -> None:
        urgency = self.rules.urgency(self.text)
        event = desk.escalate_urgency(self.db, self.policy, self._its_ticket().id, urgency.id, self.now)
        self.ticket = event.ticket
        self.announce(event)

    def _complain(self) -> None:
        event = desk.turn_into_complaint(self.db, self.policy, self._its_ticket().id, self.now)
        self.ticket = event.ticket
        self.announce(event)

    def _reopen(self) -> None:
        ticket = self._its_ticket()
        since = self.conversation.raised_at or self.now
        event = desk.reopen(self.db, self.policy, ticket.id, self.now, (self.conversation.contact_id, self.tier))
        self.ticket = event.ticket
        history.file_under_ticket(self.db, self.conversation.id, ticket.id, since)
        self._remember(awaiting=None, follow_up_at=None, raised_at=None)
        self.say("reopened")
        self.announce(event)

    def _ask_rating(self) -> None:
        self.say("ask_rating", rating_buttons())
        self._remember(awaiting="rating")

    def _rate(self, score: int) -> None:
        desk.rate(self.db, self.policy, self._its_ticket().id, score, self.now)
        self.say("ask_reason")
        wait = self.policy.dialogue.rating_delay
        self._remember(awaiting="reason", raised_at=None, follow_up_at=self.now + wait)

    def _close(self) -> None:
        ticket = self._its_ticket()
        if ticket.state == "resolved":
            self.announce(desk.close(self.db, self.policy, ticket.id, self.now))
        self._remember(awaiting=None, follow_up_at=None, raised_at=None)

    def _its_ticket(self) -> Ticket:
        if self.ticket is None:
            assert self.conversation.ticket_id is not None, "only planned when there is a ticket"
            self.ticket = store.lock_ticket(self.db, self.conversation.ticket_id)
        return self.ticket

    def _tell(self, text: str, buttons: Sequence[Button], **meta: Any) -> None:
        tell(self.db, self.conversation, text, self.now, buttons, **meta)

    def _remember(self, **changes: Any) -> None:
        self.conversation = replace(self.conversation, **changes)


def tell(
    db: Connection, conversation: Conversation, text: str, now: datetime, buttons: Sequence[Button] = (), **meta: Any
) -> None:
    """The bot says something to a customer."""
    history.add_message(db, conversation, "bot", text, now, buttons=buttons, **meta)
    if conversation.channel != WEB:
        outbox.post(db, conversation.channel, conversation.address, text, now, buttons)


def customer_label(customer: Customer | None) -> str:
    """How a customer is called on cards and in notices."""
    return f"{customer.organisation.name} {customer.contact.name}" if customer else "未识别客户"


def may_be_rated(ticket: Ticket) -> bool:
    """A case that a person served is rated once, and never amid a complaint."""
    return ticket.rating is None and not ticket.complaint and ticket.first_contact_at is not None


def hour_allows_rating(policy: Policy, now: datetime) -> bool:
    """Nobody is asked for a rating at night."""
    return policy.calendars[policy.dialogue.rating_hours].is_open(now)


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    article = candidate.article
    return {
        "id": article.id,
        "question": article.question,
        "confidence": candidate.confidence,
        "answer": article.answer,
    }
