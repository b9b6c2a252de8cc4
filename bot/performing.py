"""Carry out what was planned: words to the customer, tickets, notices; all inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot import endings, handover, history, outbox, paging, topics
from bot.announcing import announce, customer_label
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
from bot.endings import hour_allows_rating, may_be_rated
from bot.history import Conversation
from bot.learning import Heard, asked_with, learn
from bot.messages import Button
from bot.replies import answer_buttons, by, in_script, person_button, say
from bot.rules import Rules
from escalation import desk, store
from escalation.customers import Customer, TierDecision
from escalation.events import Event
from escalation.policy import Policy
from escalation.tickets import Ticket
from knowledge_base.articles import Article
from knowledge_base.matching import Candidate

__all__ = ["WEB", "Performance", "answer_of", "customer_label", "hour_allows_rating", "may_be_rated", "tell"]

WEB = "web"  # its transcript row is the delivery; every other channel has the outbox


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
        self.gap: int | None = None  # what is kept of this turn to learn from

    def perform(self, acts: Iterable[Act]) -> None:
        """Do these, in order; what the bot is no help with is kept to learn from."""
        acts = tuple(acts)
        self.gap = learn(self.db, self.rules, self._heard(), acts, self.now)
        for act in acts:
            self._do(act)

    def _do(self, act: Act) -> None:  # noqa: C901, PLR0912  # one line per kind of act, so that every kind is seen
        match act:
            case Hold():
                self.remember(held_until=self.now + self.policy.dialogue.gather)
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
                endings.ask_rating(self)
            case Rate(score):
                endings.rate(self, score)
            case ExplainRating():
                desk.explain_rating(self.db, self.its_ticket().id, self.text)
            case Close():
                endings.close(self)
            case _:
                assert_never(act)

    def say(self, wording: str, buttons: Sequence[Button] = (), **values: str) -> None:
        """A sentence of the policy, to the customer."""
        if "{by}" in self.policy.wording[wording] and "by" not in values:
            due = store.promised(self.db, self.its_ticket().id)
            if due is None:  # a person has been in touch already: no first contact is owed, and none is promised again
                wording = "appended"
            else:
                values["by"] = by(self.policy, due, self.now)
        self.tell(say(self.policy, wording, self.conversation.language, **values), buttons)

    def announce(self, event: Event) -> None:
        """Staff hear of an event: the inbox at once, urgent things in the staff chat too."""
        announce(self.db, self.rules, [event], self.now)
        paging.flush_few(self.db, self.rules, self.now)

    def hand_over(self, reason: str, promise: Callable[[], None] | None = None) -> None:
        """To a person: ticket first, then words, then the question for an order number; or `promise` says it all."""
        handover.hand_over(self, reason, promise)

    def _answer(self, article: Article) -> None:
        language = self.conversation.language
        text = in_script(answer_of(self.policy, article, self.tier, self.now), language)
        asked = asked_with(self.db, self._heard(), article)
        self.tell(text, answer_buttons(self.policy, article.id, language), article=article.id, asked=asked)
        keep = 0 if self.conversation.last_answer else self.conversation.misses
        if article.id in self.conversation.rejected:
            keep = self.conversation.misses
        count = self.conversation.bot_answers + 1
        self.remember(last_answer=article.id, misses=keep, bot_answers=count, raised_at=None, hand_over_at=None)

    def _heard(self) -> Heard:
        return Heard(self.conversation, self.customer, self.text, self.candidates)

    def _suggest(self, candidates: tuple[Candidate, ...]) -> None:
        language = self.conversation.language
        buttons = [Button(f"ask:{c.article.id}", in_script(c.article.question, language)) for c in candidates]
        words = say(self.policy, "unsure", language)
        self.tell(words, [*buttons, person_button(self.policy, language)], asked=self.text)
        self._keep_within_time()

    def _miss(self, rejected: str | None) -> None:
        was = self.conversation
        accepted = rejected is None and was.last_answer is not None
        shunned = [*was.rejected, rejected] if rejected and rejected not in was.rejected else was.rejected
        self.remember(misses=1 if accepted else was.misses + 1, rejected=shunned, last_answer=None)
        self._keep_within_time()

    def _keep_within_time(self) -> None:
        """The question is still open: some customers the bot may keep only so long."""
        holds = self.policy.tiers[self.tier.tier].bot_holds_at_most
        if holds is not None and self.conversation.raised_at is not None:
            self.remember(hand_over_at=self.conversation.raised_at + holds)

    def _forward(self) -> None:
        ticket = self.its_ticket()
        history.file_under_ticket(self.db, self.conversation.id, ticket.id, ticket.raised_at)
        desk.customer_wrote(self.db, self.policy, ticket.id, self.now)
        topics.want_ticket(self.db, self.rules, ticket, self.now)
        if self.conversation.awaiting == "details":
            # Kept until the acknowledgement below has been said; then additions are taken in silence.
            self.remember(awaiting=None)
        self.remember(raised_at=None)

    def _urge(self) -> None:
        urged = desk.urge(self.db, self.its_ticket().id, self.now)
        due = store.promised(self.db, urged.ticket.id)
        if due is not None and due <= self.now:  # a promise already broken is not repeated as if it still stood
            self.say("waiting_overdue")
        else:
            self.say("waiting" if urged.times == 1 else "waiting_again")
        self.announce(urged)

    def _raise_urgency(self) -> None:
        urgency = self.rules.urgency(self.text)
        event = desk.escalate_urgency(self.db, self.policy, self.its_ticket().id, urgency.id, self.now)
        self.ticket = event.ticket
        self.announce(event)

    def _complain(self) -> None:
        event = desk.turn_into_complaint(self.db, self.policy, self.its_ticket().id, self.now)
        self.ticket = event.ticket
        self.announce(event)

    def _reopen(self) -> None:
        ticket = self.its_ticket()
        since = self.conversation.raised_at or self.now
        event = desk.reopen(self.db, self.policy, ticket.id, self.now, (self.conversation.contact_id, self.tier))
        self.ticket = event.ticket
        history.file_under_ticket(self.db, self.conversation.id, ticket.id, since)
        self.remember(awaiting=None, follow_up_at=None, raised_at=None)
        self.say("reopened")
        self.announce(event)

    def follow_up(self) -> None:
        """Some time after the resolution: ask for a rating, if the hour allows; much later, close."""
        endings.follow_up(self)

    def its_ticket(self) -> Ticket:
        """The ticket of this conversation, locked."""
        if self.ticket is None:
            assert self.conversation.ticket_id is not None, "only planned when there is a ticket"
            self.ticket = store.lock_ticket(self.db, self.conversation.ticket_id)
        return self.ticket

    def tell(self, text: str, buttons: Sequence[Button], **meta: Any) -> None:
        """Words that are the customer's own by now, in their script."""
        kept = {"gap": self.gap} if self.gap is not None else {}
        rank = self.policy.tier_of(self.tier.tier).rank
        tell(self.db, self.conversation, text, self.now, buttons, rank=rank, **kept, **meta)
        if self.ticket is not None and self.ticket.state != "closed":
            topics.want_ticket(self.db, self.rules, self.ticket, self.now)

    def remember(self, **changes: Any) -> None:
        """Change what is remembered of the conversation."""
        self.conversation = replace(self.conversation, **changes)


def tell(
    db: Connection,
    conversation: Conversation,
    text: str,
    now: datetime,
    buttons: Sequence[Button] = (),
    *,
    rank: int = 9,
    **meta: Any,
) -> None:
    """The bot says something to a customer; the lowest `rank` is said first when many wait."""
    line = history.add_message(db, conversation, "bot", text, now, buttons=buttons, **meta)
    if conversation.channel != WEB:
        outbox.post(db, conversation.channel, conversation.address, text, now, buttons, rank=rank, line=line)


def answer_of(policy: Policy, article: Article, tier: TierDecision, now: datetime) -> str:
    """What is given for an article: at night its own answer for that, if it has one."""
    if article.night_answer and not policy.calendars[policy.tier_of(tier.tier).calendar].is_open(now):
        return article.night_answer
    return article.answer
