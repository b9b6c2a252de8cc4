"""`jiedai ask`: the decision on a message, by the code that serves customers; writes nothing."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app import NotReady, load_samples
from bot.cli.output import print_json, print_line
from bot.cli.policy import one_of
from bot.cli.session import instant, service_of
from bot.dialogue.acts import Act, Answer, HandOff, Say, Suggest
from bot.dialogue.execute import answer_of
from bot.dialogue.plan import plan
from bot.dialogue.turn import first_situation, turn_of
from bot.rules import Rules
from bot.service import Service
from bot.wording.labels import TIER_GIVEN
from bot.wording.moments import by
from bot.wording.phrases import in_script, say
from bot.wording.sanitise import clean
from escalation.customers import customer_store
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


def ask(options: argparse.Namespace) -> None:
    """Decide and print; exit code 2 for an unknown customer, an unknown tier or an empty text."""
    service = service_of(options)
    try:
        load_samples(service)
        found = answer(service.rules, _asked(service, options))
    finally:
        service.database.close()
    if options.json:
        print_json(found)
    else:
        _tell(found)


def answer(rules: Rules, asked: Asked) -> dict[str, Any]:
    """Return the decision as `jiedai ask --json` prints it."""
    candidates = rules.rank(asked.text, asked.tier.tier, asked.at)
    turn = turn_of(rules, asked.text, candidates, settled=True)
    acts = plan(turn, first_situation(rules, asked.tier))
    given = next((act.candidate for act in acts if isinstance(act, Answer)), None)
    reason = next((act.reason for act in acts if isinstance(act, HandOff)), None)
    handed = _if_handed_over(rules, asked, candidates, reason)
    words = answer_of(rules.policy, given.article, asked.tier, asked.at) if given else None
    text = in_script(words, asked.language) if words else None
    return {
        "outcome": _outcome(acts),
        "answer": text,
        "says": text or handed["promise"] or _says(rules, acts, asked.language),
        "confidence": candidates[0].confidence if candidates else 0.0,
        "candidates": [_candidate(candidate) for candidate in candidates[:5]],
        **handed,
        "language": asked.language,
    }


def _says(rules: Rules, acts: tuple[Act, ...], language: str) -> str:
    wordings = [act.wording for act in acts if isinstance(act, Say)]
    if any(isinstance(act, Suggest) for act in acts):
        wordings = ["unsure"]
    return say(rules.policy, wordings[0], language) if wordings else ""


def _asked(service: Service, options: argparse.Namespace) -> Asked:
    text = clean(options.text)
    if is_empty(text):
        raise NotReady("The message is empty; write what a customer would write.")
    at = instant(options.at) if options.at else service.clock()
    script = script_of(text)
    return Asked(text, _tier(service, options, at), at, "zh-Hans" if script == "en" else script)


def _tier(service: Service, options: argparse.Namespace, at: datetime) -> TierDecision:
    policy, vault = service.rules.policy, service.rules.vault
    decision = tier_of(policy, None, at)
    if options.customer:
        found = service.database.read_now(customer_store.find_customer, vault, policy, options.customer, at)
        if found is None:
            raise NotReady(f'There is no customer "{options.customer}"; import the CRM with `jiedai customers import`.')
        decision = TierDecision(found.tier, found.tier_reason)
    if options.tier:
        decision = TierDecision(one_of(policy.tiers, options.tier, "tier").id, TIER_GIVEN)
    return decision


def _outcome(acts: tuple[Act, ...]) -> str:
    for act in acts:
        match act:
            case Answer():
                return "answered"
            case HandOff():
                return "handed_off"
            case Suggest():
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


def _tell(found: dict[str, Any]) -> None:
    print_line(f"{found['outcome']} · {found['tier']}（{found['tier_reason']}）· {found['queue']}")
    if found["says"]:
        print_line(found["says"])
    for candidate in found["candidates"]:
        why = " · ".join(candidate["sources"]) or "-"
        print_line(f"  {candidate['confidence']:.2f}  {candidate['question']}  [{candidate['id']}]")
        print_line(f"        like 「{candidate['phrasing']}」 ({why})")
