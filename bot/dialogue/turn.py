"""Build the input of `plan`: what the customer did as a Turn, the state as a Situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.dialogue.contact_given import gives_contact
from bot.dialogue.fixed_words import calls_off, merely_assents, says_solved
from bot.dialogue.intents import Intent, intent_of
from bot.dialogue.matter import matter_of
from bot.dialogue.plan_rules import limits
from bot.dialogue.satisfaction import hour_allows_rating, is_to_rate, may_be_rated
from bot.dialogue.situation import Situation, TicketState, Turn
from bot.dialogue.understanding import ACT_OF, understand
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from bot.wording.choices import (
    FoundHelpful,
    FoundUnhelpful,
    Meant,
    NotMeant,
    PersonChosen,
    QuestionChosen,
    parse_choice,
)
from bot.wording.survey_choices import ScoreChosen
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.routing import topic_of
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.unhappy_events import LOW
from knowledge_base.acts.polarity import polarity_of
from knowledge_base.acts.reading import Reading
from knowledge_base.acts.signals import contact_of, score_of
from knowledge_base.matching.decide import Unknown
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import normalise

STRONG: tuple[Intent, ...] = ("person", "complaint")  # wishes that win over any question beside them
_STARRED = "***"  # how an identity or card number is hidden
INTENT_OF: dict[str, Intent] = {act: intent for intent, act in ACT_OF.items()}
_WORTH: tuple[str, ...] = ("person", "complaint", "chase", "unsolved", "withdrawal", "no", "thanks", "greeting")
_ONLY_COURTESIES = ("thanks", "greeting")
_MILD = ("calm", "thanks", "yes", "no")
_LIKELY, _FAR = 0.6, 0.2  # probabilities of a solution, and of how much its opposite is likelier
_LITTLE = 3  # characters beside a score that give no reason


def turn_of(
    rules: Rules,
    text: str,
    candidates: tuple[Candidate, ...],
    *,
    settled: bool,
    reading: Reading | None = None,
    whole: bool | None = None,
) -> Turn:
    """Return the turn of a text: the acts heard in it, and the verdict on what it asks.

    `whole`: the text, and not only a part of it, is word for word a question of ours, in which no act but a danger is
    heard; by default it is if the first candidate says so.
    """
    policy = rules.policy
    reading = reading if reading is not None else understand(rules, text)
    exact = (bool(candidates) and candidates[0].exact) if whole is None else whole
    heard = reading.heard if not exact else reading.heard & {"danger"}
    if contact_of(text) is not None:
        heard |= {"callback_number"}
    elif not gives_contact(text):
        heard -= {"callback_number"}  # a number is promised, or asked for, and not given
    if _STARRED in text:  # a number nobody is called by
        heard -= {"callback_number"}
    if not _withdraws_at_last(reading):
        heard -= {"withdrawal"}
    if any(polarity_of(clause.text).disclaimed for clause in reading.clauses) and not reading.threatens:
        heard -= {"complaint"}  # 不是投诉啊 holds for the sentences around it
    if all("bot_question" in clause.heard and clause.asked for clause in reading.clauses if "person" in clause.heard):
        heard -= {"person"}  # who asks whether a person answers does not wish for one yet
    wishing = [clause.text for clause in reading.clauses if "person" in clause.heard]
    if wishing and all(map(calls_off, wishing)):
        heard -= {"person"}  # 别再给我打电话 is no wish for a call
    bare = bool(text) and not reading.substance
    if sum(clause.matter for clause in reading.clauses) > 1:
        heard -= {"feedback"}  # a remark beside a matter
    score = score_of(text) if text else None
    doubted = reading.doubted if not exact else frozenset()
    return Turn(
        intent=_intent(policy, text, heard, bare=bare, courteous=reading.is_courteous) if text else None,
        verdict=rules.decide(candidates),
        complaint="complaint" in heard,
        critical="danger" in heard,
        unsolved=not exact and _says_unsolved(policy, text),
        solved=not exact and (says_solved(policy, text) or _probably_solved(reading)),
        assents=merely_assents(text),
        score=score,
        reason=text if score is not None and len(normalise(text)) > _LITTLE else "",
        text=text,
        settled=settled,
        heard=heard,
        doubted=doubted,
        main=_main(reading, heard | doubted),
        bare=bare,
        asks=reading.asks,
        denies=reading.denies,
        unfinished=reading.unfinished,
        threatens=reading.threatens or ("complaint" in heard and _names_complaint(policy, text)),
    )


def _probably_solved(reading: Reading) -> bool:
    """Whether that it works is at least likelier than not, and that it does not is not far likelier."""
    solved = reading.chance("withdrawal")
    return solved >= _LIKELY and reading.chance("unsolved") - solved < _FAR


def _withdraws_at_last(reading: Reading) -> bool:
    """Whether what is told last withdraws; whoever calls off what was to come may say why after it."""
    if not reading.clauses or not reading.clauses[-1].matter or "withdrawal" in reading.clauses[-1].heard:
        return True
    return any("withdrawal" in clause.heard and calls_off(clause.text) for clause in reading.clauses)


def _main(reading: Reading, acts: frozenset[str]) -> str:
    """The likeliest of these acts; of those about as likely, the one that asks for the least."""
    order = [*_MILD, *sorted(acts - set(_MILD))]
    return max((act for act in order if act in acts), key=lambda act: round(reading.chance(act), 1), default="")


def _intent(policy: Policy, text: str, heard: frozenset[str], *, bare: bool, courteous: bool) -> Intent | None:
    """The act that a text is altogether: by the policy's words, or when nothing of a matter stands beside it."""
    if (said := intent_of(policy, text)) is not None:
        return said
    strongest = next((act for act in _WORTH if act in heard), None)
    if strongest in _ONLY_COURTESIES:
        return INTENT_OF[strongest] if courteous else None  # 哦，我是用对公转账付的 says more than 哦 does
    return INTENT_OF[strongest] if strongest is not None and (bare or strongest in STRONG) else None


def _names_complaint(policy: Policy, text: str) -> bool:
    topic = topic_of(policy, normalise(text), None)
    return topic is not None and policy.topics[topic].complaint


def _says_unsolved(policy: Policy, text: str) -> bool:
    # Short words (不行, 没用) mean many things inside a sentence; 还是不行 and 没修好 mean one.
    plain = normalise(text).replace(" ", "")
    return any(len(word) > 2 and word in plain for word in policy.words.get("unsolved", ()))


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
            return replace(turn, helpful=rules.named(article_id))
        case FoundUnhelpful(article_id):
            return replace(turn, unhelpful=rules.named(article_id))
        case ScoreChosen(score):
            return replace(turn, rating=score)
        case NotMeant(article_id):
            return replace(turn, not_meant=rules.named(article_id), rejects=True)
        case QuestionChosen(article_id) | Meant(article_id) if (
            article := rules.article(article_id, tier, now)
        ) is not None:
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
        bot="suggests" if rules.emergency else served.bot,
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
        begun=bool(matter_of(conversation).lines),
        awaiting=conversation.awaiting,  # type: ignore[arg-type]
        misses=conversation.misses,
        bot_answers=conversation.bot_answers,
        last_answer=conversation.last_answer,
        rejected=frozenset(conversation.rejected),
        overheld=limits(served.bot_holds_at_most, held),
        can_reopen=state in ("resolved", "withdrawn"),
        can_rate=ticket is not None and is_to_rate(ticket) and hour_allows_rating(policy, now),
        can_rate_later=ticket is not None and is_to_rate(ticket),
        takes_rating=ticket is not None and may_be_rated(ticket),
        rated=ticket.rating if ticket is not None else None,
        dimensions=policy.surveys.dimensions,
        known=conversation.contact_id is not None,
        complaint_already=ticket is not None and ticket.complaint,
        rated_low=ticket is not None and ticket.rating is not None and ticket.rating <= LOW,
        critical_already=ticket is not None and policy.urgency_of(ticket.urgency).critical,
        in_touch=ticket is not None and ticket.first_contact_at is not None,
    )


def _state(rules: Rules, ticket: Ticket | None, now: datetime) -> TicketState:
    if ticket is None:
        return "none"
    if ticket.state in ("waiting", "claimed"):
        return ticket.state
    ended = ticket.ended_at
    if ended is None or now - ended > rules.policy.dialogue.reopen_within:
        return "none"
    if ticket.is_lapsed:
        return "lapsed"
    return "withdrawn" if ticket.is_withdrawn else "resolved"
