"""`jiedai ask`: the decision on a message, by the code that serves customers; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.customers import customer_of
from bot.cli.output import Result
from bot.cli.policy import one_of
from bot.cli.session import WithKnowledge, instant
from bot.dialogue.acts import Act, Answer, AskBack, HandOff, Presume, Say, Suggest
from bot.dialogue.answering import answer_of, presumed_text
from bot.dialogue.plan import plan
from bot.dialogue.ranked_turn import rank_turn
from bot.dialogue.turn import first_situation
from bot.first_start import load_samples
from bot.rules import Rules
from bot.service import Service
from bot.wording.labels import TIER_GIVEN
from bot.wording.moments import by
from bot.wording.phrases import in_script, say, say_question
from bot.wording.sanitise import clean
from escalation.customers.model import TierDecision, tier_of
from escalation.policy.routing import route
from escalation.policy.tiers import FIRST_CONTACT
from escalation.sla.deadlines import as_json, initial_deadlines
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import is_empty
from knowledge_base.text.scripts import script_of


@dataclass(frozen=True, slots=True)
class Asked:
    """The message, its customer's tier, and the instant."""

    text: str
    tier: TierDecision
    at: datetime
    language: str


def ask(
    service: WithKnowledge,
    text: Annotated[str, argument(metavar="TEXT", help="what the customer writes")],
    customer: Annotated[str | None, argument("--customer", metavar="ID", help="the writing contact's CRM id")] = None,
    tier: Annotated[str | None, argument("--tier", metavar="T", help="ask on behalf of this tier")] = None,
    at: Annotated[
        str | None, argument("--at", metavar="INSTANT", help="when, e.g. 2026-10-09T20:30+08:00 (default: now)")
    ] = None,
) -> Result:
    """Decide and return the decision; raises NotReady for an unknown customer, an unknown tier or an empty text."""
    load_samples(service)
    cleaned = clean(text)
    if is_empty(cleaned):
        raise NotReady("The message is empty; write what a customer would write.")
    when = instant(at) if at else service.clock()
    script = script_of(cleaned)
    decision = _tier(service, customer, tier, when)
    asked = Asked(cleaned, decision, when, "zh-Hans" if script == "en" else script)
    found = answer(service.rules, asked)
    return Result(found, _words(found))


def answer(rules: Rules, asked: Asked) -> dict[str, Any]:
    """Return the decision as `jiedai ask --json` prints it."""
    ranked = rank_turn(rules, asked.text, asked.tier.tier, asked.at)
    candidates = ranked.candidates
    acts = plan(ranked.turn(rules, settled=True), first_situation(rules, asked.tier))
    given = next((act.candidate for act in acts if isinstance(act, Answer | Presume)), None)
    reason = next((act.reason for act in acts if isinstance(act, HandOff)), None)
    handed = _if_handed_over(rules, asked, candidates, reason)
    words = answer_of(rules.policy, given.article, asked.tier, asked.at) if given else None
    text = in_script(words, asked.language) if words else None
    return {
        "outcome": _outcome(acts),
        "answer": text,
        "says": _presumed(rules, acts, asked) or text or handed["promise"] or _says(rules, acts, asked.language),
        "confidence": candidates[0].confidence if candidates else 0.0,
        "candidates": [_candidate(candidate) for candidate in candidates[:5]],
        **handed,
        "language": asked.language,
    }


def _says(rules: Rules, acts: tuple[Act, ...], language: str) -> str:
    if (asked_back := next((act.candidate for act in acts if isinstance(act, AskBack)), None)) is not None:
        return say_question(rules.policy, "ask_back", asked_back.article.question, language)
    wordings = [act.wording for act in acts if isinstance(act, Say)]
    if any(isinstance(act, Suggest) for act in acts):
        wordings = ["unsure"]
    return say(rules.policy, wordings[0], language) if wordings else ""


def _presumed(rules: Rules, acts: tuple[Act, ...], asked: Asked) -> str:
    presumed = next((act.candidate.article for act in acts if isinstance(act, Presume)), None)
    return presumed_text(rules.policy, presumed, asked.tier, asked.at, asked.language) if presumed else ""


def _tier(service: Service, customer: str | None, tier: str | None, at: datetime) -> TierDecision:
    policy = service.rules.policy
    decision = tier_of(policy, None, at)
    if customer:
        found = customer_of(service, customer, at)
        decision = TierDecision(found.tier, found.tier_reason)
    if tier:
        decision = TierDecision(one_of(policy.tiers, tier, "tier").id, TIER_GIVEN)
    return decision


def _outcome(acts: tuple[Act, ...]) -> str:
    for act in acts:
        match act:
            case Answer() | Presume():
                return "answered"
            case HandOff():
                return "handed_off"
            case Suggest() | AskBack():
                return "suggested"
    # A first miss: the bot suggests other words or a person, and waits.
    said = [getattr(act, "wording", "") for act in acts]
    return "suggested" if "unknown" in said else "greeted"


def _if_handed_over(
    rules: Rules, asked: Asked, candidates: tuple[Candidate, ...], reason: str | None
) -> dict[str, Any]:
    """Queue and deadlines if the matter were handed off now; the promise only if it is."""
    policy = rules.policy
    topic = rules.topic(asked.text, candidates, complaint=reason == "complaint")
    urgency = rules.urgency(asked.text)
    tier = policy.tiers[asked.tier.tier]
    queue = route(policy, tier.id, topic, urgency.id).id
    due = initial_deadlines(policy, tier, urgency, asked.at, asked.at, topic=topic, queue=queue)
    first = next((deadline.due_at for deadline in due if deadline.milestone == FIRST_CONTACT), None)
    open_now = policy.calendars[urgency.calendar or tier.calendar].is_open(asked.at)
    wording = "handed_off_critical" if urgency.critical else "handed_off" if open_now else "handed_off_night"
    promise = say(policy, wording, asked.language, by=by(policy, first, asked.at)) if reason and first else None
    return {
        "tier": asked.tier.tier,
        "tier_reason": asked.tier.reason,
        "topic": topic,
        "urgency": urgency.id,
        "queue": queue,
        "deadlines": [as_json(deadline, policy.zone) for deadline in due],
        "promise": promise,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    article = candidate.article
    return {
        "id": article.id,
        "question": article.question,
        "confidence": candidate.confidence,
        "phrasing": candidate.phrasing,
        "sources": list(candidate.sources),
    }


def _words(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['outcome']} · {found['tier']}（{found['tier_reason']}）· {found['queue']}"
    if found["says"]:
        yield found["says"]
    for candidate in found["candidates"]:
        why = " · ".join(candidate["sources"]) or "-"
        yield f"  {candidate['confidence']:.2f}  {candidate['question']}  [{candidate['id']}]"
        yield f"        like 「{candidate['phrasing']}」 ({why})"
