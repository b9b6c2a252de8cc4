"""Reads the milestones of a policy file, with the facts and escalation steps they name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast, get_args

from escalation.policy.tiers import FIRST_CONTACT, Basis, Milestone, MilestoneKind, Reassign, Step
from escalation.policy.yaml_blocks import Block
from escalation.working_hours.instants import print_duration

BUILT_IN_FACTS: Mapping[str, str] = {
    "raised": "客户提出",
    "received": "转人工受理",
    "replied": "人工已回复",
    "called": "已电话联系",
    "call_missed": "电话未接通",
    "resolved": "已解决",
    "reopened": "重新打开",
    "closed": "已关闭",
    "rated": "客户已评价",
    "customer_wrote": "客户发来消息",
    "waiting_for_customer": "等待客户",
    "plan_revised": "方案已修订",
    "marked_major": "标记为重大",
    "marked_complex": "标记为复杂",
    "unmarked": "取消重大或复杂标记",
    "not_accepted": "客户表示还有问题",
    "dissatisfied": "客户不满意",
    "check_in_due": "定期回访到期",
    "check_in_over": "客户另有事项，不用定期回访",
}


REPORTED = "reported"


SHORTEST_REPEAT = timedelta(minutes=1)


RECIPIENTS = ("holder", "queue", "lead", "manager", "on_call")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a tier may refer to."""

    calendars: Collection[str]
    topics: Collection[str]
    facts: Collection[str]
    escalations: Mapping[str, tuple[Step, ...]]


def read_facts(root: Block) -> dict[str, str]:
    """Read the facts that staff may record, with their labels."""
    facts: dict[str, str] = {}
    section = root.block("facts")
    for fact in tuple(section.values):
        facts[fact] = section.text(fact)
        if fact in BUILT_IN_FACTS:
            message = f'"{fact}" is built in and recorded by the system; give the staff\'s fact another name.'
            section.faults.add(section.keys[fact], message)
    return facts


def read_escalations(root: Block) -> dict[str, tuple[Step, ...]]:
    """Read the named sequences of escalation steps."""
    section = root.block("escalations")
    return {name: _read_ladder(section, name) for name in tuple(section.values)}


def _read_ladder(section: Block, name: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    seen: dict[tuple[float | None, timedelta], int] = {}
    for block in section.blocks(name):
        faults = len(block.faults.found)
        steps.append(_read_step(block))
        when = (steps[-1].at, steps[-1].after)
        if when in seen and len(block.faults.found) == faults:
            message = f'Two steps of "{name}" come at the same time (the first in line {seen[when]}); make them one.'
            block.faults.add(block.line, message)
        seen.setdefault(when, block.line)
    return tuple(steps)


def _read_step(block: Block) -> Step:
    early = block.parsed("at", parse_share, "a share of the time allowed from 1% to 99%", None, required=False)
    is_early = block.get("at", required=False) is not None
    after = block.get("after", required=False)
    if is_early and after is not None:
        block.wrong("after", 'left out where "at" is given')
    elif not is_early and after is None:
        must = 'must say when: "after" the due instant, or "at" a share of the time allowed'
        block.faults.add(block.line, f'A step of "{block.name}" {must}.')
    step = Step(
        after=timedelta(0) if is_early else block.duration_or_none("after") or timedelta(0),
        to=block.choices("to", RECIPIENTS),
        at=early,
        repeat=block.duration_or_none("repeat"),
        reassign=cast("Reassign", block.choice("reassign", get_args(Reassign), required=False)) or None,
    )
    block.finish()
    if step.repeat is not None and step.repeat < SHORTEST_REPEAT:
        block.wrong("repeat", f"at least {print_duration(SHORTEST_REPEAT)}")
    return step


def parse_share(text: str) -> float:
    """Parse 50% as 0.5; raises ValueError unless it is 1% to 99%."""
    if not re.fullmatch(r"[1-9]\d?%", text, re.ASCII):
        raise ValueError(text)
    return int(text[:-1]) / 100


def read_milestone(block: Block, names: Names) -> Milestone:
    """Read a milestone; its names must exist and its warning must come before its end."""
    ladder = block.choice("escalation", names.escalations, required=False)
    within, warn_before = block.duration_or_none("within", required=True), block.duration_or_none("warn_before")
    _check_lengths(block, within, warn_before)
    milestone = Milestone(
        id=block.text("id"),
        label=block.text("label"),
        starts_on=block.choice("starts_on", names.facts),
        within=within or timedelta(0),
        basis=cast("Basis", block.choice("basis", get_args(Basis))),
        met_by=block.choices("met_by", names.facts),
        restarts_on=block.choices("restarts_on", names.facts, required=False),
        cancelled_by=block.choices("cancelled_by", names.facts, required=False),
        kind=cast("MilestoneKind", block.choice("kind", get_args(MilestoneKind), required=False) or "promise"),
        warn_before=warn_before,
        waits_for=block.choice("waits_for", names.calendars, required=False) or None,
        steps=names.escalations.get(ladder, ()),
        topics=block.choices("topics", names.topics, required=False),
        about=block.text("about", required=False),
        calendar=block.choice("calendar", ("tier", "queue", *names.calendars), required=False) or "tier",
        pauses=block.flag("pauses"),
        report_to=block.choice("report_to", RECIPIENTS, required=False),
        not_before=block.choice("not_before", (FIRST_CONTACT,), required=False),
    )
    block.finish()
    _check_parts(block, milestone)
    return milestone


def _check_parts(block: Block, milestone: Milestone) -> None:
    """What each key allows by itself, but not together with the others."""
    if milestone.pauses and milestone.id == FIRST_CONTACT:
        block.wrong("pauses", f'false in "{FIRST_CONTACT}": nobody waits for a customer who was never contacted')
    if milestone.basis == "elapsed" and milestone.calendar != "tier":
        block.wrong("calendar", 'left out where "basis" is elapsed, which counts every hour')
    if milestone.report_to and REPORTED not in milestone.met_by:
        block.wrong("report_to", f'left out unless "{REPORTED}", which submitting a report records, is among "met_by"')
    if milestone.not_before:
        _check_order(block, milestone)


def _check_order(block: Block, milestone: Milestone) -> None:
    """Only what starts with the first contact can presuppose it."""
    if milestone.id == FIRST_CONTACT:
        block.wrong("not_before", f'left out in "{FIRST_CONTACT}", which cannot come after itself')
    elif milestone.starts_on not in ("received", "") or set(milestone.restarts_on) - {"reopened"}:
        must = "left out unless the milestone starts on received and restarts on nothing but reopened"
        block.wrong("not_before", f"{must}, as the first contact is owed from then on")


def _check_lengths(block: Block, within: timedelta | None, warn_before: timedelta | None) -> None:
    if within == timedelta(0):
        block.wrong("within", "longer than zero")
    elif within is not None and warn_before is not None and warn_before >= within:
        block.wrong("warn_before", f'shorter than "within" ({print_duration(within)})')
