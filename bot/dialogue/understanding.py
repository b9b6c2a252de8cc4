"""Read a text: the acts in its clauses, by the learned head and by the policy's word lists."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.dialogue.intents import Intent, intent_of
from bot.rules import Rules
from escalation.policy.model import Policy, Urgency
from escalation.policy.routing import topic_of, urgency_of
from knowledge_base.acts.reader import ActReader, Evidence, no_evidence
from knowledge_base.acts.reading import Reading
from knowledge_base.text.normalise import normalise

log = logging.getLogger(__name__)

LONGEST = 2_000  # characters of a turn that are read
ACT_OF: dict[Intent, str] = {
    "person": "person",
    "complaint": "complaint",
    "urge": "chase",
    "unsolved": "unsolved",
    "solved": "withdrawal",
    "no_more": "no",
    "thanks": "thanks",
    "greeting": "greeting",
}
_SURE = 1.0
_LISTED = 0.6  # what a word of the company's inside a longer clause is worth


def understand(rules: Rules, text: str, *, listed: bool = True) -> Reading:
    """Return the reading of a text; one by the policy's words alone if reading fails.

    `listed`: the policy's words count beside what was learned.
    """
    evidence = evidence_of(rules.policy)
    try:
        return rules.acts.read(text[:LONGEST], evidence if listed else no_evidence)
    except Exception:
        log.exception("a message could not be read for acts")
        return ActReader().read(text[:LONGEST], evidence)


def evidence_of(policy: Policy) -> Evidence:
    """Return what the policy's word lists say of a clause: an act for a clause of its words, less for a word inside."""

    def found(clause: str) -> Mapping[str, float]:
        acts: dict[str, float] = {}
        plain = normalise(clause)
        if (intent := intent_of(policy, clause)) is not None:
            acts[ACT_OF[intent]] = _SURE
        topic = topic_of(policy, plain, None)
        if topic is not None and policy.topics[topic].complaint:
            acts.setdefault("complaint", _LISTED)
        for urgency in policy.urgencies.values():
            if urgency.critical and [word for word in urgency.words if word in plain]:
                acts["danger"] = _SURE
        grades = list(policy.urgencies)
        said = urgency_of(policy, plain)
        if not said.critical and said.id != policy.default_urgency:
            pressing = grades.index(said.id) > grades.index(policy.default_urgency)
            acts["urgency" if pressing else "calm"] = _LISTED
        return acts

    return found


def critical_of(policy: Policy) -> str:
    """Return the highest urgency: the critical one, or the last where the policy has none."""
    grades = list(policy.urgencies.values())
    return next((grade.id for grade in grades if grade.critical), grades[-1].id)


def urgency_in(policy: Policy, text: str, reading: Reading) -> Urgency:
    """Return the urgency of a text by the acts heard in it and by the policy's words; none of its words is a danger.

    A danger is the critical one, a pressing circumstance or a threat the highest below it, its express absence the
    lowest.
    """
    grades = list(policy.urgencies.values())
    usual = grades.index(policy.urgencies[policy.default_urgency])
    said = urgency_of(policy, normalise(text))
    if "danger" in reading.heard:
        return policy.urgencies[critical_of(policy)]
    pressing = [grade for grade in grades[usual + 1 :] if not grade.critical]
    if (("urgency" in reading.heard and "calm" not in reading.heard) or reading.threatens) and pressing:
        return pressing[-1]
    if said.critical:  # its word is denied, supposed or asked about
        return grades[usual]
    return grades[0] if "calm" in reading.heard and grades.index(said) <= usual else said
