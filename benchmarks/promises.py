"""Milestones due before the first contact they presuppose, and due times beside an oracle that walks minutes.

python -m benchmarks.promises [--quick]
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.clock_oracle import SHANGHAI, Fact, Oracle
from benchmarks.tables import show
from bot.config.settings import EXAMPLE_POLICY
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.policy.tiers import FIRST_CONTACT, Tier
from escalation.sla.deadlines import initial_deadlines
from escalation.sla.replay import TicketFact, replay

BEGINS = datetime(2025, 12, 20, tzinfo=SHANGHAI).astimezone(UTC)
DAYS = 500  # 2026 is published, 2027 is not
ROOM = 60  # days at the end in which nothing begins: an answer must lie within
TOPICS = (None, "故障", "建议", "投诉")
SEED = 20261130


def _without_the_rule(policy: Policy) -> Policy:
    def free(tier: Tier) -> Tier:
        return replace(tier, milestones=tuple(replace(one, not_before="") for one in tier.milestones))

    return replace(policy, tiers={name: free(tier) for name, tier in policy.tiers.items()})


def out_of_order(policy: Policy, instants: Sequence[datetime]) -> dict[str, float]:
    """The share of instants, in percent, at which each milestone would be due before the first contact."""
    presuming = {
        (tier.id, one.id)
        for tier in read_policy(EXAMPLE_POLICY).tiers.values()
        for one in tier.milestones
        if one.not_before
    }
    found = {f"{tier} {milestone}": 0 for tier, milestone in sorted(presuming)}
    for at in instants:
        for tier in policy.tiers.values():
            for topic in ("投诉", "建议"):
                dues = _dues(policy, tier, "normal", topic, at, at)
                first = dues[FIRST_CONTACT]
                for name, due in dues.items():
                    key = f"{tier.id} {name}"
                    if key in found and due < first and not (topic == "建议" and name == "answer_fixed"):
                        found[key] += 1
    return {name: round(100 * count / len(instants), 1) for name, count in found.items()}


def _dues(
    policy: Policy, tier: Tier, urgency: str, topic: str | None, raised: datetime, received: datetime
) -> dict[str, datetime]:
    grade = policy.urgencies[urgency]
    every = initial_deadlines(policy, tier, grade, raised, received, topic=topic)
    return {one.milestone: one.due_at for one in every if one.due_at is not None}


def mismatches(policy: Policy, oracle: Oracle, dice: random.Random, cases: int) -> Mapping[str, int]:
    """Random matters: how many due times there were, and how many of them the oracle finds elsewhere."""
    compared = postponed = wrong = 0
    while compared < cases:
        tier = dice.choice(list(policy.tiers.values()))
        facts, pauses = _a_life(dice)
        expected = oracle.replay(tier.id, facts, pauses).running
        history = [TicketFact(one.name, _at(one.minute), one.urgency, one.topic) for one in facts]
        spans = [(_at(begins), _at(ends)) for begins, ends in pauses]
        found = {one.milestone: one for one in replay(policy, tier, history, pauses=spans)}
        compared += len(expected)
        postponed += sum(one.postponed for one in found.values())
        wrong += len(expected.keys() ^ found.keys())
        for name in expected.keys() & found.keys():
            if found[name].due_at != _at(expected[name].due):
                wrong += 1
                print(f"  {tier.id} {name} {facts} {pauses}: {found[name].due_at} for {_at(expected[name].due)}")
    return {"compared": compared, "postponed": postponed, "mismatches": wrong}


def _a_life(dice: random.Random) -> tuple[list[Fact], list[tuple[int, int]]]:
    """A hand-off, and what may follow: a complaint, more pressing, a contact, a pause, a reopening."""
    now = dice.randrange((DAYS - ROOM) * 1440)
    urgency, topic = dice.choice(("low", "normal", "normal", "urgent", "critical")), dice.choice(TOPICS)
    facts = [Fact("raised", now, urgency, topic)]
    now += dice.choice((0, 0, 1, 2, 700))
    facts.append(Fact("received", now, urgency, topic))
    pauses = []
    for _ in range(dice.randrange(4)):
        now += dice.choice((1, 7, 60, 300, 1500))
        what = dice.choice(("more_urgent", "complained", "called", "waits", "waits", "reopened", "assessed"))
        if what == "waits":
            pauses.append((now, now := now + dice.choice((5, 400, 4000))))
            continue
        urgency = "critical" if what == "more_urgent" else urgency
        topic = "投诉" if what == "complained" else topic
        facts.append(Fact(what, now, urgency, topic))
    return facts, pauses


def _at(minute: int) -> datetime:
    return BEGINS + timedelta(minutes=minute)


def _policies() -> dict[str, str]:
    """Policy files by name: the example, one without published years, and one with hours of its own."""
    shipped = EXAMPLE_POLICY.read_text(encoding="utf-8")
    other: dict[str, Any] = yaml.safe_load(shipped)
    other["calendars"]["工作日"]["hours"] = ["09:00-12:00", "13:30-18:00"]
    other["calendars"]["每日"]["hours"] = ["22:00-06:00", "10:00-16:00"]
    other["after_first_contact"] = "5h"
    unpublished: dict[str, Any] = yaml.safe_load(shipped)
    unpublished["holidays"] = {2025: unpublished["holidays"][2025]}
    texts = {"unpublished years": unpublished, "lunch, nights, 5 h": other}
    return {"example": shipped} | {name: yaml.safe_dump(one, allow_unicode=True) for name, one in texts.items()}


def _read(text: str) -> Policy:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return read_policy(path)


def main() -> None:
    """Print both tables and, as the last line, JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.promises", description=__doc__)
    options.add_argument(
        "--quick", action="store_true", help="400 instants and 1,000 due times instead of 4,000 and 8,000"
    )
    quick = options.parse_args().quick
    dice = random.Random(SEED)
    instants = [_at(dice.randrange(365 * 1440)) for _ in range(400 if quick else 4_000)]
    shipped = read_policy(EXAMPLE_POLICY)
    without, now = out_of_order(_without_the_rule(shipped), instants), out_of_order(shipped, instants)
    rows = [(name, f"{without[name]} %", f"{now[name]} %") for name in without]
    show(f"Due before the first contact, of {len(instants)} instants", ("milestone", "without the rule", "now"), rows)
    beside = {
        name: mismatches(_read(text), Oracle(text, BEGINS, DAYS), dice, 1_000 if quick else 8_000)
        for name, text in _policies().items()
    }
    rows = [(name, *map(str, figures.values())) for name, figures in beside.items()]
    show("Due times beside the oracle", ("policy", "compared", "postponed", "mismatches"), rows)
    print(json.dumps({"instants": len(instants), "without": without, "now": now, "oracle": beside}, ensure_ascii=False))


if __name__ == "__main__":
    main()
