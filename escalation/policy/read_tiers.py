"""Reads the tiers of a policy file: criteria, staffing and milestones, checked against each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import cast, get_args

from escalation.policy.read_milestones import Names, read_milestone
from escalation.policy.tiers import (
    CHECK_IN_DUE,
    FIRST_CONTACT,
    Approval,
    BotRole,
    Criteria,
    Milestone,
    Post,
    Repeats,
    Tier,
    TierRules,
)
from escalation.policy.yaml_blocks import Block


def read_tiers(root: Block, names: Names) -> dict[str, Tier]:
    """Read every tier, with its own milestones before those of every tier."""
    shared = [(block, read_milestone(block, names)) for block in root.blocks("for_every_tier", required=False)]
    _refuse_twins("for_every_tier", shared)
    tiers: dict[str, Tier] = {}
    blocks: dict[str, Block] = {}
    for name, block in root.entries("tiers"):
        blocks[name] = block
        own = [(part, read_milestone(part, names)) for part in block.blocks("milestones")]
        _refuse_twins(f"tier {name}", [*own, *shared])
        _demand_first_contact(name, block, own)
        tiers[name] = _read_tier(name, block, names, tuple(milestone for _, milestone in (*own, *shared)))
    _check_ranks(tiers, blocks)
    return tiers


def read_tier_rules(root: Block, calendars: Collection[str]) -> TierRules:
    """Read who must agree to a tier set by hand, and what customers may learn; all of it may be left out."""
    by_hand, told = root.block("manual_tiers", required=False), root.block("customers_may_know", required=False)
    approval = by_hand.choice("approval", get_args(Approval), required=False)
    rules = TierRules(
        approval=cast("Approval", approval or "two_people"),
        criteria_page=told.flag("criteria_page"),
        change_notice=told.flag("change_notice"),
        notice_hours=told.choice("notice_hours", calendars, required=told.flag("change_notice")),
    )
    by_hand.finish()
    told.finish()
    return rules


def _read_tier(name: str, block: Block, names: Names, milestones: tuple[Milestone, ...]) -> Tier:
    posts = tuple(_read_post(part) for part in block.blocks("staffing"))
    tier = Tier(
        id=name,
        rank=block.whole("rank", 1, 99),
        calendar=block.choice("calendar", names.calendars),
        bot=cast("BotRole", block.choice("bot", get_args(BotRole))),
        criteria=_read_criteria(block),
        milestones=milestones,
        entitlements=block.texts("entitlements", required=False),
        staffing="、".join(map(_describe, posts)),
        channels=block.texts("channels"),
        bot_holds_at_most=block.duration_or_none("bot_holds_at_most"),
        bot_answers_at_most=block.whole_or_none("bot_answers_at_most", 0, 99),
        posts=posts,
        check_in_every=_read_check_in(block, milestones),
        repeats=cast("Repeats", block.choice("repeats", get_args(Repeats), required=False) or "doubling"),
    )
    block.finish()
    return tier


def _read_check_in(tier: Block, milestones: tuple[Milestone, ...]) -> timedelta | None:
    """Read how long after the last contact a customer is called; that is a clock, so some milestone must run by it."""
    every = tier.duration_or_none("check_in_every")
    if every is not None and every < timedelta(days=1):
        tier.wrong("check_in_every", "one day or more")
    elif every is not None and all(each.starts_on != CHECK_IN_DUE for each in milestones):
        tier.wrong("check_in_every", f'left out where no milestone "starts_on: {CHECK_IN_DUE}"')
    return every


def _read_criteria(tier: Block) -> Criteria:
    block = tier.block("criteria")
    words = block.block("in_words")
    criteria = Criteria(
        annual_amount=block.whole_or_none("annual_amount", 0, required=True),
        orders_per_year=block.whole_or_none("orders_per_year", 0),
        in_words={key: words.text(key) for key in words.values},
        share_of_sales=block.number("share_of_sales", 100),
    )
    block.finish()
    return criteria


def _read_post(block: Block) -> Post:
    post = Post(block.text("role"), block.whole("people", 1, 9999), block.whole_or_none("customers_each", 1, 10**6))
    block.finish()
    return post


def _describe(post: Post) -> str:
    load = "" if post.customers_each is None else f"（每人负责 {post.customers_each} 家客户）"
    return f"{post.role} {post.people} 名{load}"


def _refuse_twins(where: str, milestones: list[tuple[Block, Milestone]]) -> None:
    seen: dict[str, int] = {}
    for block, milestone in milestones:
        if milestone.id and milestone.id in seen:
            first = f"first in line {seen[milestone.id]}"
            block.faults.add(block.line, f'The milestone "{milestone.id}" stands twice in {where} ({first}); keep one.')
        seen.setdefault(milestone.id, block.line)


def _demand_first_contact(tier: str, block: Block, milestones: list[tuple[Block, Milestone]]) -> None:
    for part, milestone in milestones:
        if milestone.id == FIRST_CONTACT:
            if milestone.starts_on not in ("raised", "received", ""):
                part.wrong("starts_on", f'raised or received in "{FIRST_CONTACT}", which customers are promised')
            return
    if milestones:
        message = f'Tier {tier} lacks the milestone "{FIRST_CONTACT}", which customers are promised; add it.'
        block.faults.add(block.line, message)


def _check_ranks(tiers: Mapping[str, Tier], blocks: Mapping[str, Block]) -> None:
    """Ranks run from 1 without a gap, and a higher tier asks for more."""
    taken: set[int] = set()
    for name, tier in tiers.items():
        if tier.rank and (tier.rank > len(tiers) or tier.rank in taken):
            blocks[name].wrong("rank", f"a different number from 1 to {len(tiers)} for each tier")
        taken.add(tier.rank)
    ordered = sorted((tier for tier in tiers.values() if tier.rank), key=lambda tier: tier.rank)
    banded = [(tier, tier.criteria.annual_amount) for tier in ordered if tier.criteria.annual_amount is not None]
    for (higher, most), (lower, amount) in pairwise(banded):
        if amount >= most and higher.rank < lower.rank:
            criteria = blocks[lower.id].block("criteria")
            criteria.wrong("annual_amount", f"below {most}, the amount of the higher tier {higher.id}")
    for higher, lower in pairwise(ordered):
        share, above = lower.criteria.share_of_sales, higher.criteria.share_of_sales
        if share is not None and above and share >= above and higher.rank < lower.rank:
            must = f"below {above:g}, the share of the higher tier {higher.id}"
            blocks[lower.id].block("criteria").wrong("share_of_sales", must)
