"""Reads a YAML file into a Policy, or refuses it with every fault, its line and what would be right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from itertools import product
from pathlib import Path

import yaml

from escalation.policy.emergency import read_emergency
from escalation.policy.faults import PolicyFault, PolicyFaultCollector, PolicyFaults, compose, compose_bytes
from escalation.policy.model import (
    COMPLAINT_CLOSED_FOR,
    DEFAULT_FOREIGN,
    DEFAULT_GATHER_UNFINISHED,
    DEFAULT_UNDO_WITHIN,
    Adjustment,
    Dialogue,
    Night,
    Policy,
    Queue,
    Route,
    Topic,
    Urgency,
)
from escalation.policy.outside_chat import read_outside_chat
from escalation.policy.privacy import read_privacy
from escalation.policy.read_approvals import read_approvals, read_departments, read_remind_before
from escalation.policy.read_budgets import read_budgets
from escalation.policy.read_calendars import read_calendars, read_zone
from escalation.policy.read_desk import read_capacity, read_paging, read_queues, read_recurrence, read_support
from escalation.policy.read_milestones import BUILT_IN_FACTS, Names, read_escalations, read_facts
from escalation.policy.read_rules import read_rules
from escalation.policy.read_tiers import read_tier_rules, read_tiers
from escalation.policy.read_topics import read_topics
from escalation.policy.read_wording import WORD_LISTS, WORDING, read_urgencies, read_wording, read_words
from escalation.policy.report_times import read_report_times
from escalation.policy.risks import read_risks
from escalation.policy.supervision import read_supervision
from escalation.policy.surveys import read_surveys
from escalation.policy.tiers import Tier
from escalation.policy.waiting import read_waiting
from escalation.policy.yaml_blocks import Block

__all__ = ["BUILT_IN_FACTS", "WORDING", "WORD_LISTS", "PolicyFault", "PolicyFaults", "read_policy", "read_policy_text"]

_MOST_RATE = 100_000  # yuan an hour
_MOST_FOREIGN = 0.9  # more is no support desk


def read_policy(path: Path) -> Policy:
    """Read the policy of a file; raises PolicyFaults with every fault when it cannot be used."""
    faults = PolicyFaultCollector(str(path))
    node, content = compose(path, faults)
    return _checked(node, content, faults)


def read_policy_text(text: str, name: str) -> Policy:
    """Read the text of an edition that was in force; raises PolicyFaults when it can no longer be used."""
    faults, content = PolicyFaultCollector(name), text.encode()
    return _checked(compose_bytes(content, faults), content, faults)


def _checked(node: yaml.Node | None, content: bytes, faults: PolicyFaultCollector) -> Policy:
    if node is None:
        raise faults.stop()
    root = Block(node, faults, "policy", 1)
    if not root.is_block:
        raise faults.stop()
    policy = _read(root, hashlib.sha256(content).hexdigest()[:12])
    if faults.found:
        raise faults.stop()
    return policy


def _read(root: Block, version: str) -> Policy:
    """The whole file, in the order in which its parts refer to one another."""
    zone = read_zone(root)
    calendars, facts, topics = read_calendars(root, zone), read_facts(root), read_topics(root)
    queues = read_queues(root, calendars)
    tiers = read_tiers(root, Names(calendars, topics, [*BUILT_IN_FACTS, *facts], read_escalations(root)))
    urgencies = read_urgencies(root, calendars, tiers)
    policy = Policy(
        name=root.text("name"),
        version=version,
        zone=zone,
        default_tier=root.choice("default_tier", tiers),
        calendars=calendars,
        tiers=tiers,
        adjustment=_read_adjustment(root),
        queues=queues,
        routes=_read_routes(root, queues, tiers, topics, urgencies),
        topics=topics,
        urgencies=urgencies,
        default_urgency=root.choice("default_urgency", urgencies),
        facts=facts,
        dialogue=_read_dialogue(root, calendars),
        words=read_words(root),
        wording=read_wording(root, [*tiers, *queues]),
        principles=root.texts("principles", required=False),
        night=_read_night(root, calendars, tiers),
        rules=read_rules(root, tiers, [*BUILT_IN_FACTS, *facts]),
        complaint_causes=root.texts("complaint_causes"),
        complaint_closed_for=root.duration_or_none("complaint_closed_for") or COMPLAINT_CLOSED_FOR,
        support=read_support(root, queues),
        departments=read_departments(root, queues),
        approvals=read_approvals(root),
        remind_before=read_remind_before(root),
        same_customer=read_recurrence(root, "same_customer"),
        same_topic=read_recurrence(root, "same_topic"),
        paging=read_paging(root, calendars),
        capacity=read_capacity(root),
        budgets=read_budgets(root),
        tier_rules=read_tier_rules(root, calendars),
        waiting=read_waiting(root, calendars, tiers),
        surveys=read_surveys(root, calendars),
        risks=read_risks(root),
        supervision=read_supervision(root),
        outside_chat=read_outside_chat(root),
        privacy=read_privacy(root, calendars),
        emergency=read_emergency(root),
        reports=read_report_times(root, queues),
        rates=_read_rates(root, tiers),
        phone=root.text("phone", required=False),
        after_first_contact=_read_after_first_contact(root, tiers),
    )
    root.finish()
    return policy


def _read_after_first_contact(root: Block, tiers: Mapping[str, Tier]) -> timedelta:
    """Read how long after the first contact the milestones are due that presuppose it; needed where there are any."""
    presupposing = any(milestone.not_before for tier in tiers.values() for milestone in tier.milestones)
    time = root.duration_or_none("after_first_contact", required=presupposing)
    if time == timedelta(0):
        root.wrong("after_first_contact", "longer than zero")
    elif time is not None and not presupposing and tiers:
        must = 'left out where no milestone is "not_before: first_contact"'
        root.wrong("after_first_contact", must)
    return time or timedelta(0)


def _read_adjustment(root: Block) -> Adjustment:
    block = root.block("adjustment")
    adjustment = Adjustment(block.whole("raise_from", 1, 5), block.whole("lower_to", 1, 5))
    block.finish()
    if adjustment.raise_from and adjustment.lower_to >= adjustment.raise_from:
        block.wrong("lower_to", f'below "raise_from" ({adjustment.raise_from})')
    return adjustment


def _read_dialogue(root: Block, calendars: Mapping[str, object]) -> Dialogue:
    block = root.block("dialogue")
    dialogue = Dialogue(
        precision=block.number("precision", 1),
        suggest_precision=block.number("suggest_precision", 1),
        suggestions=block.whole("suggestions", 1, 20),
        misses=block.whole("misses", 1, 20),
        gather=block.duration("gather"),
        reopen_within=block.duration("reopen_within"),
        rating_delay=block.duration("rating_delay"),
        undo_within=block.duration_or_none("undo_within") or DEFAULT_UNDO_WITHIN,
        rating_hours=block.choice("rating_hours", calendars),
        gather_unfinished=block.duration_or_none("gather_unfinished") or DEFAULT_GATHER_UNFINISHED,
        foreign=block.number("foreign", _MOST_FOREIGN) if "foreign" in block.values else DEFAULT_FOREIGN,
    )
    block.finish()
    given = {"precision", "suggest_precision"} <= block.values.keys()
    if given and dialogue.suggest_precision > dialogue.precision > 0:
        block.wrong("suggest_precision", f'at most "precision" ({dialogue.precision:g})')
    return dialogue


def _read_night(root: Block, calendars: Mapping[str, object], tiers: Mapping[str, Tier]) -> Night | None:
    block = root.block("night", required=False)
    if not block.is_block:
        return None
    night = Night(
        calendar=block.choice("calendar", calendars),
        tiers=block.choices("tiers", tiers),
        evaluate_after=block.duration("evaluate_after"),
        about=block.text("about", required=False),
    )
    block.finish()
    return night


def _read_rates(root: Block, tiers: Mapping[str, Tier]) -> Mapping[str, int]:
    """What an hour of handling costs by tier, in whole yuan; a tier without one has no cost."""
    block = root.block("rates", required=False)
    if not block.is_block:
        return {}
    rates = {tier: block.whole(tier, 0, _MOST_RATE) for tier in tiers if tier in block.values}
    block.finish()
    return rates


def _read_routes(
    root: Block,
    queues: Mapping[str, Queue],
    tiers: Mapping[str, Tier],
    topics: Mapping[str, Topic],
    urgencies: Mapping[str, Urgency],
) -> tuple[Route, ...]:
    """The routing table; a line with several topics is one route for each."""
    lines: list[tuple[Block, Route]] = []
    for block in root.blocks("routes"):
        queue = block.choice("queue", queues)
        tier = block.choice("tier", tiers, required=False) or None
        urgency = block.choice("urgency", urgencies, required=False) or None
        lines += [(block, Route(queue, tier, topic, urgency)) for topic in _read_route_topics(block, topics)]
        block.finish()
    if not root.faults.found:  # judged only when every name is right, or one slip would be told many times
        _check_routes(lines, tiers, topics, urgencies)
    return tuple(route for _, route in lines)


def _read_route_topics(block: Block, topics: Mapping[str, Topic]) -> tuple[str | None, ...]:
    if isinstance(block.get("topic", required=False), yaml.SequenceNode):
        return block.choices("topic", topics)
    return (block.choice("topic", topics, required=False) or None,)


def _check_routes(
    lines: list[tuple[Block, Route]],
    tiers: Mapping[str, Tier],
    topics: Mapping[str, Topic],
    urgencies: Mapping[str, Urgency],
) -> None:
    """Every ticket finds a queue, and every line can be reached."""
    last, final = lines[-1]
    if (final.tier, final.topic, final.urgency) != (None, None, None):
        last.faults.add(last.line, 'The last of the "routes" must name only a queue, so that every ticket finds one.')
    tickets = product(tiers, (None, *topics), urgencies)
    taken = {next((n for n, (_, r) in enumerate(lines) if r.matches(*ticket)), None) for ticket in tickets}
    for number, (block, route) in enumerate(lines[:-1]):
        if number not in taken:
            which = f" for topic {route.topic}" if route.topic else ""
            message = (
                f"This route is never reached{which}: earlier lines take all its tickets; move it up or remove it."
            )
            block.faults.add(block.line, message)
