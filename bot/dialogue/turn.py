"""Build the input of `plan`: what the customer did as a Turn, the state as a Situation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.dialogue.acts import Situation, TicketState, Turn
from bot.dialogue.intents import Intent, intent_of
from bot.dialogue.plan import limits
from bot.dialogue.satisfaction import hour_allows_rating, may_be_rated
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from bot.wording.choices import FoundHelpful, FoundUnhelpful, PersonChosen, QuestionChosen, ScoreChosen, parse_choice
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.routing import topic_of
from escalation.tickets.lifecycle import Ticket
from knowledge_base.matching.decide import Unknown
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import normalise

STRONG: tuple[Intent, ...] = ("person", "complaint")  # wishes that win over any question beside them
LONGEST_TURN = 2_000  # characters of gathered fragments that are considered together
_SCORE = re.compile(r"([1-5一二三四五])[分星]?")  # as people type it under 「请打分」


def turn_of(
    rules: Rules, text: str, candidates: tuple[Candidate, ...], *, settled: bool, wish: Intent | None = None
) -> Turn:
    """Return the turn of a text: its intent, verdict, complaint and critical words."""
    policy = rules.policy
    verdict = rules.decide(candidates)
    topic = topic_of(policy, normalise(text), None) if text else None
    complaint = topic is not None and policy.topics[topic].complaint
    exact = bool(candidates) and candidates[0].exact
    return Turn(
        intent=wish or (intent_of(policy, text) if text else None),
        verdict=verdict,
        complaint=complaint and not exact,
        critical=bool(text) and rules.urgency(text).critical,
        unsolved=not exact and _says_unsolved(policy, text),
        score=_score(text),
        text=text,
        settled=settled,
    )


def _says_unsolved(policy: Policy, text: str) -> bool:
    # Short words (不行, 没用) mean many things inside a sentence; 还是不行 and 没修好 mean one.
    plain = normalise(text).replace(" ", "")
    return any(len(word) > 2 and word in plain for word in policy.words.get("unsolved", ()))


def _score(text: str) -> int | None:
    found = _SCORE.fullmatch(normalise(text))
    return "一二三四五".find(found[1]) + 1 or int(found[1]) if found else None


def tapped(rules: Rules, turn: Turn, message: Incoming, tier: str, now: datetime) -> Turn:
    """Return the turn of a tap, a rating or a file; unconsidered text stays part of it."""
    turn = replace(turn, verdict=Unknown(), settled=True, score=None)
    if message.kind in ("file", "location"):
        return replace(turn, file=True)
    if message.kind == "rating":
        return replace(turn, rating=message.rating)
    match parse_choice(message.choice):
        case PersonChosen():
            return replace(turn, intent="person")
        case FoundHelpful(article_id):
            return replace(turn, helpful=article_id)
        case FoundUnhelpful(article_id):
            return replace(turn, unhelpful=article_id)
        case ScoreChosen(score):
            return replace(turn, rating=score)
        case QuestionChosen(article_id) if (article := rules.article(article_id, tier, now)) is not None:
            return replace(turn, intent=None, asked=Candidate(article, article.question, 1.0, True))
        case _:
            return replace(turn, intent=None)


def first_situation(rules: Rules, tier: TierDecision) -> Situation:
    """Return the situation of a customer who writes for the first time."""
    return situation_of(rules, None, tier, None)


def situation_of(
    rules: Rules,
    conversation: Conversation | None,
    tier: TierDecision,
    ticket: Ticket | None,
    now: datetime | None = None,
) -> Situation:
    """Return the situation: the conversation's state, and what the policy allows at `now`."""
    policy = rules.policy
    served = policy.tiers[tier.tier]
    situation = Situation(
        bot=served.bot,
        ticket="none",
        awaiting=None,
        misses=0,
        bot_answers=0,
        last_answer=None,
        rejected=frozenset(),
        misses_at_most=policy.dialogue.misses,
        answers_at_most=served.bot_answers_at_most,
        overheld=False,
        can_reopen=False,
        can_rate=False,
        can_rate_later=False,
        complaint_already=False,
        rated_low=False,
        critical_already=False,
    )
    if conversation is None or now is None:
        return situation
    state = _state(rules, ticket, now)
    held = now - (conversation.raised_at or now)
    return replace(
        situation,
        ticket=state,
        awaiting=conversation.awaiting,  # type: ignore[arg-type]
        misses=conversation.misses,
        bot_answers=conversation.bot_answers,
        last_answer=conversation.last_answer,
        rejected=frozenset(conversation.rejected),
        overheld=limits(served.bot_holds_at_most, held),
        can_reopen=state == "resolved",
        can_rate=ticket is not None and may_be_rated(ticket) and hour_allows_rating(policy, now),
        can_rate_later=ticket is not None and may_be_rated(ticket),
        complaint_already=ticket is not None and ticket.complaint,
        rated_low=ticket is not None and ticket.rating is not None and ticket.rating <= 2,
        critical_already=ticket is not None and policy.urgency_of(ticket.urgency).critical,
    )


def _state(rules: Rules, ticket: Ticket | None, now: datetime) -> TicketState:
    if ticket is None:
        return "none"
    if ticket.state in ("waiting", "claimed"):
        return ticket.state
    recent = ticket.resolved_at is not None and now - ticket.resolved_at <= rules.policy.dialogue.reopen_within
    return "resolved" if recent else "none"


def join_fragments(rules: Rules, texts: Sequence[str]) -> tuple[str, Intent | None]:
    """Join fragments to one text; also return a strong intent (a person, a complaint) that is a fragment by itself.

    Greetings and bare intents are left out of the text if anything else was said.
    """
    said = [(text.strip(), intent_of(rules.policy, text)) for text in texts if text.strip()]
    wishes = {intent for _, intent in said}
    substance = [text for text, intent in said if intent not in ("greeting", *STRONG)]
    text = " ".join(substance or [text for text, _ in said])[-LONGEST_TURN:]  # of very much, what was said last
    return text, next((wish for wish in STRONG if wish in wishes), None)
