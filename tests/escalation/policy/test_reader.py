"""The reader of policy files: the shipped policy, and one faulty file for each kind of fault."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.model import Route
from escalation.policy.reader import PolicyFault, read_policy
from escalation.policy.tiers import Criteria, Post, Step
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

# The shipped policy


def test_the_shipped_policy_is_read_without_a_fault() -> None:
    policy = shipped()
    assert (policy.name, policy.zone.key) == ("云印办公设备", "Asia/Shanghai")
    assert list(policy.tiers) == ["特级", "一级", "二级", "三级"]
    assert list(policy.queues) == ["特级专席", "一级专属", "二级专员", "通用客服", "技术支持", "投诉处理"]
    assert list(policy.urgencies) == ["low", "normal", "urgent", "critical"]
    assert [topic.id for topic in policy.topics.values() if topic.complaint] == ["投诉"]
    assert len(policy.topics) == 15


def test_tiers_carry_criteria_staffing_channels_and_entitlements() -> None:
    for tier in shipped().tiers.values():
        assert tier.criteria.annual_amount is not None
        assert tier.criteria.share_of_sales is not None
        assert list(tier.criteria.in_words) == ["客户", "采购频次", "影响力", "需求复杂度"]
        assert tier.staffing
        assert tier.channels
        assert tier.entitlements


def test_the_bot_answers_all_but_the_highest_tier_and_holds_the_next_only_briefly() -> None:
    tiers = shipped().tiers
    assert {name: tier.bot for name, tier in tiers.items()} == {
        "特级": "suggests",
        "一级": "answers",
        "二级": "answers",
        "三级": "answers",
    }
    assert (tiers["一级"].bot_holds_at_most, tiers["一级"].bot_answers_at_most) == (timedelta(minutes=2), 1)


def test_the_figures_of_the_dialogue_are_those_of_the_example() -> None:
    dialogue = shipped().dialogue
    assert (dialogue.precision, dialogue.suggest_precision, dialogue.suggestions, dialogue.misses) == (0.95, 0.3, 5, 2)
    assert dialogue.foreign == 0.15
    assert (dialogue.gather, dialogue.reopen_within) == (timedelta(seconds=3), timedelta(hours=72))


def test_customers_are_never_told_a_tier_or_a_queue() -> None:
    policy = shipped()
    told = [text for key, text in policy.wording.items() if not key.startswith("notice_")]
    assert [text for text in told if re.search(r"[特一二三]级|专席|专员|投诉处理|技术支持", text)] == []


def test_the_hand_off_tells_the_latest_time_of_the_first_contact() -> None:
    said = shipped().wording["handed_off"].format(by="今天 14:35")
    assert said.startswith("已为您安排专人，最晚今天 14:35 前与您联系（首次联系）。")


def test_cross_cutting_rules_and_the_night_service_are_carried() -> None:
    policy = shipped()
    assert policy.rules["acknowledged"].within == timedelta(minutes=15)
    assert policy.rules["retention"].within == timedelta(days=730)
    assert policy.night is not None
    assert policy.night.tiers == ("特级",)
    assert policy.complaint_causes == ("流程", "人员", "资源", "沟通")


def test_equal_files_have_equal_versions_and_a_changed_one_another(tmp_path: Path) -> None:
    first = read_policy(written(tmp_path, SMALL)).version
    assert re.fullmatch(r"[0-9a-f]{12}", first)
    assert read_policy(written(tmp_path, SMALL)).version == first
    assert read_policy(written(tmp_path, SMALL + "# changed\n")).version != first


# A small policy, whole


def test_a_small_policy_becomes_values(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, SMALL))
    assert policy.routes == (Route("专席", urgency="critical"), Route("专席", tier="贵宾"), Route("大堂"))
    assert policy.tiers["贵宾"].criteria == Criteria(1000, None, {"客户": "老主顾"}, 5)
    assert policy.tiers["普通"].posts == (Post("坐席", 3, 50),)
    assert policy.tiers["普通"].staffing == "坐席 3 名（每人负责 50 家客户）"
    assert policy.tiers["普通"].milestone("survey").kind == "target"
    steps = (Step(timedelta(0), ("holder",)), Step(timedelta(hours=1), ("lead",)))
    assert policy.tiers["贵宾"].milestone("first_contact").steps == steps
    assert policy.urgencies["critical"].within == {"first_contact": timedelta(minutes=10)}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()))
    assert policy.name == "小店"


def test_one_route_may_name_several_topics(tmp_path: Path) -> None:
    text = SMALL.replace("  - {queue: 大堂}", "  - {topic: [订单, 投诉], queue: 专席}\n  - {queue: 大堂}")
    policy = read_policy(written(tmp_path, text))
    assert policy.routes[2:4] == (Route("专席", topic="订单"), Route("专席", topic="投诉"))


def test_steps_say_when_how_often_and_who_takes_the_ticket(tmp_path: Path) -> None:
    text = SMALL.replace(
        "    - {after: 1h, to: [lead]}",
        "    - {at: 75%, to: [holder], repeat: 5m}\n    - {after: 1h, to: [on_call], reassign: on_call}",
    )
    assert read_policy(written(tmp_path, text)).tiers["贵宾"].milestone("first_contact").steps == (
        Step(timedelta(0), ("holder",)),
        Step(timedelta(0), ("holder",), at=0.75, repeat=timedelta(minutes=5)),
        Step(timedelta(hours=1), ("on_call",), reassign="on_call"),
    )


def test_a_milestone_says_whose_hours_count_what_stops_them_and_who_gets_the_report(tmp_path: Path) -> None:
    text = SMALL.replace(
        "met_by: [called], waits_for: 白天", "met_by: [called, reported], pauses: true, report_to: lead"
    )
    text = text.replace("confirmed: 客户已确认", "confirmed: 客户已确认\n  reported: 已报告")
    text = text.replace("warn_before: 5m", "warn_before: 5m\n        calendar: queue")
    policy = read_policy(written(tmp_path, text))
    first, progress = (
        policy.tiers[tier].milestone(name) for tier, name in (("贵宾", "first_contact"), ("普通", "progress"))
    )
    assert (first.calendar, first.pauses, first.report_to) == ("queue", False, "")
    assert (progress.calendar, progress.pauses, progress.report_to) == ("tier", True, "lead")


def test_night_and_principles_may_be_absent(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, re.sub(r"(?m)^night:.*\n", "", SMALL)))
    assert policy.night is None
    assert policy.principles == ()


# Faults: each case changes the small policy in one place and expects `line: sentence`


@dataclass(frozen=True)
class Case:
    name: str
    old: str
    new: str
    said: tuple[str, ...]


def case(name: str, old: str, new: str, *said: str) -> Case:
    return Case(name, old, new, said)


CASES = [
    case(
        "an unknown key",
        "working_days_only: true",
        "working_day_only: true",
        '6: "working_day_only" is not a key of "白天" (did you mean "working_days_only"?).',
    ),
    case(
        "an unknown key of the file",
        "complaint_causes: [流程]",
        "complaint_causes: [流程]\nprincipels: [公平]",
        '72: "principels" is not a key of "policy" (did you mean "principles"?).',
    ),
    case(
        "a key unlike any other",
        "default_tier: 普通",
        "default_tier: 普通\nzzz: 1",
        '4: "zzz" is not a key of "policy"; it may hold adjustment, after_first_contact, approvals, budgets, calendars, capacity, complaint_causes, complaint_closed_for, customers_may_know, default_tier, default_urgency, departments, dialogue, emergency, escalations, facts, for_every_tier, holidays, manual_tiers, name, night, outside_chat, paging, phone, principles, privacy, queues, rates, recurring, remind_before, reports, risks, routes, rules, supervision, support, surveys, tiers, topics, urgencies, waiting, wording, words, zone.',
    ),
    case(
        "a missing key",
        "share_of_sales: 5, ",
        "",
        '29: "criteria" lacks the key "share_of_sales"; add it.',
    ),
    case(
        "a missing section",
        "adjustment: {raise_from: 5, lower_to: 1}\n",
        "",
        '1: "policy" lacks the key "adjustment"; add it.',
    ),
    case(
        "a list for a text",
        "name: 小店",
        "name: [小店]",
        '1: "name" must be a text; found a list.',
    ),
    case(
        "nothing for a text",
        "name: 小店",
        "name:",
        '1: "name" must be a text; found nothing.',
    ),
    case(
        "a list for a block",
        "adjustment: {raise_from: 5, lower_to: 1}",
        "adjustment: [5, 1]",
        '23: "adjustment" must be a block of keys with values; found a list.',
    ),
    case(
        "a text for a list",
        "channels: [专线]",
        "channels: 专线",
        '31: "channels" must be a list; found "专线".',
    ),
    case(
        "a text for a block in a list",
        "staffing: [{role: 经理, people: 2}]",
        "staffing: [经理]",
        '30: "staffing" must be a block of keys with values; found "经理".',
    ),
    case(
        "an empty list",
        "channels: [专线]",
        "channels: []",
        '31: "channels" must be a list of at least one entry; found none.',
    ),
    case(
        "an empty section",
        "facts:\n  confirmed: 客户已确认",
        "facts:\n  confirmed:",
        '12: "confirmed" must be a text; found nothing.',
    ),
    case(
        "no queue at all",
        "queues:\n  大堂: {calendar: 白天}\n  专席: {calendar: 全天}",
        "queues: {}",
        '20: "queues" must hold at least one entry; found none.',
    ),
    case(
        "a list as key",
        "name: 小店",
        "? [a, b]\n: 1\nname: 小店",
        '1: A key of "policy" must be one word; found a list.',
    ),
    case(
        "a bad duration",
        "within: 15m",
        "within: soon",
        '36: "within" must be a duration such as 15m, 2h or 1d; found "soon".',
    ),
    case(
        "a duration of zero",
        "within: 15m",
        "within: 0m",
        '36: "within" must be longer than zero; found "0m".',
    ),
    case(
        "a warning as long as the milestone",
        "warn_before: 5m",
        "warn_before: 15m",
        '39: "warn_before" must be shorter than "within" (15m); found "15m".',
    ),
    case(
        "a bad time span",
        '["00:00-24:00"]',
        '["9点到18点"]',
        '7: A time span must be written such as 08:00-21:00, 00:00-24:00 or 21:00-08:00; found "9点到18点".',
    ),
    case(
        "an hour beyond 24",
        '["00:00-24:00"]',
        '["00:00-25:00"]',
        '7: A time span must be written such as 08:00-21:00, 00:00-24:00 or 21:00-08:00; found "00:00-25:00".',
    ),
    case(
        "overlapping spans",
        '"13:00-18:00"',
        '"11:00-18:00"',
        "6: The time spans of calendar 白天 overlap; join them or move one.",
    ),
    case(
        "spans overlapping round midnight",
        '"13:00-18:00"',
        '"13:00-10:00"',
        "6: The time spans of calendar 白天 overlap round midnight; join them or move one.",
    ),
    case(
        "no hours",
        '["00:00-24:00"]',
        "[]",
        '7: "hours" must be a list of at least one entry; found none.',
    ),
    case(
        "a flag that is neither true nor false",
        "working_days_only: true",
        "working_days_only: 是",
        '6: "working_days_only" must be true or false; found "是".',
    ),
    case(
        "an unknown calendar of a queue",
        "大堂: {calendar: 白天}",
        "大堂: {calendar: 白日}",
        '21: "calendar" must be one of 白天, 全天; found "白日" (did you mean "白天"?).',
    ),
    case(
        "an unknown calendar of a tier",
        "calendar: 全天\n    bot",
        "calendar: 整天\n    bot",
        '27: "calendar" must be one of 白天, 全天; found "整天" (did you mean "白天"?).',
    ),
    case(
        "an unknown calendar to wait for",
        "waits_for: 白天",
        "waits_for: 晚上",
        '50: "waits_for" must be one of 白天, 全天; found "晚上".',
    ),
    case(
        "an unknown calendar of an urgency",
        "calendar: 全天, words",
        "calendar: 夜里, words",
        '55: "calendar" must be one of 白天, 全天; found "夜里".',
    ),
    case(
        "an unknown calendar for ratings",
        "rating_hours: 白天",
        "rating_hours: 上午",
        '68: "rating_hours" must be one of 白天, 全天; found "上午".',
    ),
    case(
        "an unknown queue",
        "- {queue: 大堂}",
        "- {queue: 大厅}",
        '59: "queue" must be one of 大堂, 专席; found "大厅" (did you mean "大堂"?).',
    ),
    case(
        "an unknown tier in a route",
        "{tier: 贵宾, queue",
        "{tier: 贵客, queue",
        '58: "tier" must be one of 贵宾, 普通; found "贵客" (did you mean "贵宾"?).',
    ),
    case(
        "an unknown topic in a route",
        "{tier: 贵宾, queue",
        "{topic: [定单], queue",
        '58: "topic" must be one of 订单, 投诉; found "定单" (did you mean "订单"?).',
    ),
    case(
        "an unknown urgency in a route",
        "{urgency: critical, queue",
        "{urgency: criticle, queue",
        '57: "urgency" must be one of normal, critical; found "criticle" (did you mean "critical"?).',
    ),
    case(
        "an unknown default tier",
        "default_tier: 普通",
        "default_tier: 一般",
        '3: "default_tier" must be one of 贵宾, 普通; found "一般".',
    ),
    case(
        "an unknown default urgency",
        "default_urgency: normal",
        "default_urgency: norm",
        '4: "default_urgency" must be one of normal, critical; found "norm" (did you mean "normal"?).',
    ),
    case(
        "an unknown tier at night",
        "tiers: [贵宾]",
        "tiers: [贵客]",
        '72: "tiers" must be one of 贵宾, 普通; found "贵客" (did you mean "贵宾"?).',
    ),
    case(
        "a start that nothing can ever produce",
        "starts_on: confirmed",
        "starts_on: confirmd",
        '50: "starts_on" must be one of raised, received, replied, called, call_missed, resolved, reopened, closed, rated, customer_wrote, waiting_for_customer, plan_revised, marked_major, marked_complex, unmarked, not_accepted, dissatisfied, check_in_due, check_in_over, confirmed; found "confirmd" (did you mean "confirmed"?).',
    ),
    case(
        "an end that nothing can ever produce",
        "met_by: [rated]",
        "met_by: [smiled]",
        '52: "met_by" must be one of raised, received, replied, called, call_missed, resolved, reopened, closed, rated, customer_wrote, waiting_for_customer, plan_revised, marked_major, marked_complex, unmarked, not_accepted, dissatisfied, check_in_due, check_in_over, confirmed; found "smiled".',
    ),
    case(
        "an unknown milestone",
        "within: {first_contact: 10m}",
        "within: {first_contakt: 10m}",
        '55: "within" must be one of first_contact, survey, progress; found "first_contakt" (did you mean "first_contact"?).',
    ),
    case(
        "an urgency that leaves no time",
        "within: {first_contact: 10m}",
        "within: {first_contact: 0m}",
        '55: "first_contact" must be longer than zero; found "0m".',
    ),
    case(
        "an unknown escalation",
        "escalation: 上报",
        "escalation: 通报",
        '40: "escalation" must be one of 上报; found "通报" (did you mean "上报"?).',
    ),
    case(
        "an unknown recipient",
        "to: [lead]",
        "to: [leed]",
        '16: "to" must be one of holder, queue, lead, manager, on_call; found "leed" (did you mean "lead"?).',
    ),
    case(
        "an unknown basis",
        "basis: working\n",
        "basis: natural\n",
        '37: "basis" must be one of working, elapsed; found "natural".',
    ),
    case(
        "an unknown kind",
        "kind: target",
        "kind: goal",
        '52: "kind" must be one of promise, target; found "goal".',
    ),
    case(
        "an unknown part of the bot",
        "bot: suggests",
        "bot: silent",
        '28: "bot" must be one of answers, suggests; found "silent".',
    ),
    case(
        "an unknown topic of a milestone",
        "within: 1d, basis: elapsed, met_by: [rated]",
        "within: 1d, topics: [表扬], basis: elapsed, met_by: [rated]",
        '52: "topics" must be one of 订单, 投诉; found "表扬".',
    ),
    case(
        "a key twice",
        "  专席: {calendar: 全天}",
        "  专席: {calendar: 全天}\n  大堂: {calendar: 全天}",
        '23: "大堂" stands twice in "queues" (first in line 21); keep one.',
    ),
    case(
        "a milestone twice",
        "{id: progress, label",
        "{id: first_contact, label",
        '50: The milestone "first_contact" stands twice in tier 普通 (first in line 49); keep one.',
    ),
    case(
        "a milestone of one tier and of every tier",
        "{id: survey",
        "{id: progress",
        '52: The milestone "progress" stands twice in tier 普通 (first in line 50); keep one.',
    ),
    case(
        "an urgency twice",
        "{id: critical, label",
        "{id: normal, label",
        '55: "id" must be different for each urgency; found "normal".',
        '57: "urgency" must be one of normal; found "critical".',
    ),
    case(
        "a tier without a first contact",
        "- id: first_contact\n",
        "- id: hello\n",
        '25: Tier 贵宾 lacks the milestone "first_contact", which customers are promised; add it.',
    ),
    case(
        "a first contact that starts too late",
        "starts_on: received\n",
        "starts_on: confirmed\n",
        '35: "starts_on" must be raised or received in "first_contact", which customers are promised; found "confirmed".',
    ),
    case(
        "a rank twice",
        "rank: 2",
        "rank: 1",
        '42: "rank" must be a different number from 1 to 2 for each tier; found "1".',
    ),
    case(
        "a rank beyond the tiers",
        "rank: 2",
        "rank: 3",
        '42: "rank" must be a different number from 1 to 2 for each tier; found "3".',
    ),
    case(
        "a rank that is no number",
        "rank: 2",
        "rank: 二",
        '42: "rank" must be a whole number from 1 to 99; found "二".',
    ),
    case(
        "a lower tier that asks for more",
        "annual_amount: 0,",
        "annual_amount: 2000,",
        '45: "annual_amount" must be below 1000, the amount of the higher tier 贵宾; found "2000".',
    ),
    case(
        "an amount that is no number",
        "annual_amount: 1000,",
        "annual_amount: 一千,",
        '29: "annual_amount" must be a whole number of at least 0; found "一千".',
    ),
    case(
        "a milestone before the contact without the time after it",
        "  - {id: survey,",
        "  - {id: answer, label: 答复, starts_on: received, within: 1d, basis: elapsed, met_by: [called], not_before: first_contact}\n  - {id: survey,",
        '1: "policy" lacks the key "after_first_contact"; add it.',
    ),
    case(
        "a time after the contact that nothing has",
        "adjustment:",
        "after_first_contact: 2h\nadjustment:",
        '23: "after_first_contact" must be left out where no milestone is "not_before: first_contact"; found "2h".',
    ),
    case(
        "a time after the contact that is none",
        "adjustment:",
        "after_first_contact: 0m\nadjustment:",
        '23: "after_first_contact" must be longer than zero; found "0m".',
    ),
    case(
        "a first contact after itself",
        "warn_before: 5m",
        "warn_before: 5m\n        not_before: first_contact",
        '1: "policy" lacks the key "after_first_contact"; add it.',
        '40: "not_before" must be left out in "first_contact", which cannot come after itself; found "first_contact".',
    ),
    case(
        "a milestone of later facts before the contact",
        "met_by: [called], waits_for: 白天",
        "met_by: [called], not_before: first_contact",
        '1: "policy" lacks the key "after_first_contact"; add it.',
        '50: "not_before" must be left out unless the milestone starts on received and restarts on nothing but reopened, as the first contact is owed from then on; found "first_contact".',
    ),
    case(
        "a rule kept by two things",
        "within: 730d, kept_by: 备份",
        "within: 730d, kept_by: 备份, met_by: acknowledgement, milestones: [survey]",
        '70: "met_by" must be left out where "milestones" is given, or the rule would be kept by two things; found "acknowledgement".',
    ),
    case(
        "a rule that counts nothing",
        "within: 730d, kept_by: 备份",
        "within: 730d, kept_by: 备份, counts: open_days",
        '70: "counts" must be left out unless "milestones" says what is counted; found "open_days".',
    ),
    case(
        "a rule without a time to keep",
        "within: 730d, kept_by: 备份",
        "within: null, kept_by: 备份, met_by: acknowledgement",
        '70: "met_by" must be left out where "within" names no time to keep; found "acknowledgement".',
    ),
    case(
        "a rule kept by a milestone that nobody owes",
        "within: 730d, kept_by: 备份",
        "within: 730d, kept_by: 备份, milestones: [surveys]",
        '70: "milestones" must be one of first_contact, survey, progress; found "surveys" (did you mean "survey"?).',
    ),
    case(
        "a lower tier with a larger share",
        "share_of_sales: 0,",
        "share_of_sales: 6,",
        '45: "share_of_sales" must be below 5, the share of the higher tier 贵宾; found "6".',
    ),
    case(
        "a share above a hundred",
        "share_of_sales: 5,",
        "share_of_sales: 120,",
        '29: "share_of_sales" must be a number from 0 to 100; found "120".',
    ),
    case(
        "a staff without a number",
        "{role: 经理, people: 2}",
        "{role: 经理}",
        '30: "staffing" lacks the key "people"; add it.',
    ),
    case(
        "a route that is never reached",
        "  - {tier: 贵宾, queue: 专席}",
        "  - {tier: 贵宾, queue: 专席}\n  - {tier: 贵宾, topic: 订单, queue: 大堂}",
        "59: This route is never reached for topic 订单: earlier lines take all its tickets; move it up or remove it.",
    ),
    case(
        "a route hidden by several others",
        "  - {queue: 大堂}",
        "  - {tier: 普通, queue: 大堂}\n  - {topic: 投诉, queue: 专席}\n  - {queue: 大堂}",
        "60: This route is never reached for topic 投诉: earlier lines take all its tickets; move it up or remove it.",
    ),
    case(
        "no final route for everything",
        "  - {queue: 大堂}\n",
        "  - {tier: 普通, queue: 大堂}\n",
        '59: The last of the "routes" must name only a queue, so that every ticket finds one.',
    ),
    case(
        "no routes",
        "routes:\n  - {urgency: critical, queue: 专席}\n  - {tier: 贵宾, queue: 专席}\n  - {queue: 大堂}",
        "routes: []",
        '56: "routes" must be a list of at least one entry; found none.',
    ),
    case(
        "a holiday reversed",
        "from: 2026-10-01, to: 2026-10-07",
        "from: 2026-10-07, to: 2026-10-01",
        '10: "to" must not be before "from" (2026-10-07); found "2026-10-01".',
    ),
    case(
        "a holiday in another year",
        "from: 2026-10-01, to",
        "from: 2025-10-01, to",
        '10: "from" must lie in 2026, under which it stands; found "2025-10-01".',
    ),
    case(
        "a holiday that is no date",
        "to: 2026-10-07",
        "to: 2026-10-32",
        '10: "to" must be a date such as 2026-10-01; found "2026-10-32".',
    ),
    case(
        "a make-up day in another year",
        "work: [2026-10-10]",
        "work: [2027-10-10]",
        '10: "work" must lie in 2026, under which it stands; found "2027-10-10".',
    ),
    case(
        "a make-up day on a weekday",
        "work: [2026-10-10]",
        "work: [2026-10-09]",
        '10: "work" must name a Saturday or Sunday to be worked; 2026-10-09 is a Friday.',
    ),
    case(
        "a make-up day in the holidays",
        "work: [2026-10-10]",
        "work: [2026-10-04]",
        '10: "work" must name a day outside the holidays; 2026-10-04 is off by line 10.',
    ),
    case(
        "a make-up day that is no date",
        "work: [2026-10-10]",
        "work: [周六]",
        '10: Each entry of "work" must be a date such as 2026-10-10.',
    ),
    case(
        "a year that is none",
        "  2026:\n",
        "  今年:\n",
        '9: "holidays" must be grouped by years such as 2026; found "今年".',
    ),
    case(
        "a threshold above one",
        "precision: 0.95",
        "precision: 95",
        '61: "precision" must be a number from 0 to 1; found "95".',
    ),
    case(
        "a threshold below zero",
        "suggest_precision: 0.6",
        "suggest_precision: -0.6",
        '62: "suggest_precision" must be a number from 0 to 1; found "-0.6".',
    ),
    case(
        "suggesting above answering",
        "suggest_precision: 0.6",
        "suggest_precision: 0.99",
        '62: "suggest_precision" must be at most "precision" (0.95); found "0.99".',
    ),
    case(
        "everything is foreign",
        "suggestions: 5",
        "suggestions: 5\n  foreign: 0.95",
        '64: "foreign" must be a number from 0 to 0.9; found "0.95".',
    ),
    case(
        "no suggestions",
        "suggestions: 5",
        "suggestions: 0",
        '63: "suggestions" must be a whole number from 1 to 20; found "0".',
    ),
    case(
        "lowering from where it raises",
        "lower_to: 1",
        "lower_to: 5",
        '23: "lower_to" must be below "raise_from" (5); found "5".',
    ),
    case(
        "a fact that the system records",
        "  confirmed: 客户已确认",
        "  confirmed: 客户已确认\n  replied: 已回复",
        '13: "replied" is built in and recorded by the system; give the staff\'s fact another name.',
    ),
    case(
        "an unknown zone",
        "zone: Asia/Shanghai",
        "zone: Asia/Shangai",
        '2: "zone" must be a time zone such as Asia/Shanghai; found "Asia/Shangai" (did you mean "Asia/Shanghai"?).',
    ),
    case(
        "a region for a zone",
        "zone: Asia/Shanghai",
        "zone: Asia",
        '2: "zone" must be a time zone such as Asia/Shanghai; found "Asia".',
    ),
    case(
        "a word twice",
        "thanks: [词语]",
        "thanks: [谢谢, 谢谢]",
        '77: "谢谢" stands twice in "thanks"; keep one.',
    ),
    case(
        "a word in capitals",
        "thanks: [词语]",
        "thanks: [Thanks]",
        '77: "thanks" must be written in half width and lower case: "thanks"; found "Thanks".',
    ),
    case(
        "a word in full width",
        "words: [起火]",
        "words: [ＳＯＳ]",
        '55: "words" must be written in half width and lower case: "sos"; found "ＳＯＳ".',
    ),
    case(
        "an empty word",
        "thanks: [词语]",
        "thanks: ['']",
        '77: Each entry of "thanks" must be a text; found nothing.',
    ),
    case(
        "a missing word list",
        "  no_more: [词语]\n",
        "",
        '73: "words" lacks the key "no_more"; add it.',
    ),
    case(
        "a missing sentence",
        "  button_person: 您好\n",
        "",
        '83: "wording" lacks the key "button_person"; add it.',
    ),
    case(
        "an unknown sentence",
        "  button_person: 您好\n",
        "  button_person: 您好\n  button_persons: 您好\n",
        '111: "button_persons" is not a key of "wording" (did you mean "button_person"?).',
    ),
    case(
        "an unknown placeholder",
        "  handed_off: 最晚{by}前",
        "  handed_off: 最晚{by}前，{agent}",
        '89: "handed_off" may hold {by}; found {agent}.',
    ),
    case(
        "a promise without its time",
        "  handed_off: 最晚{by}前",
        "  handed_off: 很快",
        '89: "handed_off" must hold {by}, the time promised to the customer.',
    ),
    case(
        "what was understood without the question",
        "  closed: 您好",
        "  closed: 您好\n  presumed: 您是问这个吧？",
        '106: "presumed" must hold {question}, the question that was understood.',
    ),
    case(
        "a placeholder where none may be",
        "  closed: 您好",
        "  closed: 您好{by}",
        '105: "closed" may hold no placeholder; found {by}.',
    ),
    case(
        "a placeholder with a format",
        "  notice_new: 您好",
        "  notice_new: 新工单{ticket!r}",
        '111: "notice_new" may hold {customer}, {due}, {late}, {milestone}, {queue}, {ticket}, {tier}; found {ticket!r} (did you mean "ticket"?).',
    ),
    case(
        "an unnamed placeholder",
        "  notice_new: 您好",
        "  notice_new: 新工单{}",
        '111: "notice_new" may hold {customer}, {due}, {late}, {milestone}, {queue}, {ticket}, {tier}; found {}.',
    ),
    case(
        "a single brace",
        "  closed: 您好",
        "  closed: 您好}",
        '105: "closed" has a single brace; write placeholders as {by}, a brace itself twice.',
    ),
    case(
        "an unknown placeholder of a notice",
        "  notice_new: 您好",
        "  notice_new: '{tickets}'",
        '111: "notice_new" may hold {customer}, {due}, {late}, {milestone}, {queue}, {ticket}, {tier}; found {tickets} (did you mean "ticket"?).',
    ),
    case(
        "a queue told to customers",
        "  closed: 您好",
        "  closed: 已转专席",
        '105: "closed" is read by customers and must not name a tier or queue; found "专席".',
    ),
    case(
        "a syntax error",
        "zone: Asia/Shanghai",
        "zone: : Asia/Shanghai",
        "2: This is not valid YAML (mapping values are not allowed here); check the indentation, colons, quotes and brackets.",
    ),
    case(
        "a bracket that is not closed",
        "to: [lead]",
        "to: [lead",
        "16: This is not valid YAML (expected ',' or ']', but got '}'); check the indentation, colons, quotes and brackets.",
    ),
    case(
        "an indentation by tab",
        "    bot: suggests",
        "	bot: suggests",
        "28: The line is indented with a tab; indent with spaces.",
    ),
    case(
        "a second document",
        "rules:",
        "---\nrules:",
        "69: This is not valid YAML (but found another document); check the indentation, colons, quotes and brackets.",
    ),
    case(
        "a control character",
        "name: 小店",
        "name: 小店\x07",
        "1: The file holds the control character U+0007; remove it.",
    ),
    case(
        "an alias of nothing",
        "zone: Asia/Shanghai",
        "zone: *zone",
        "2: This is not valid YAML (found undefined alias 'zone'); check the indentation, colons, quotes and brackets.",
    ),
    case(
        "a step without its time",
        "{after: 1h, to: [lead]}",
        "{to: [lead]}",
        '16: A step of "上报" must say when: "after" the due instant, or "at" a share of the time allowed.',
    ),
    case(
        "a step with two times",
        "{after: 1h, to: [lead]}",
        "{at: 50%, after: 1h, to: [lead]}",
        '16: "after" must be left out where "at" is given; found "1h".',
    ),
    case(
        "a share that is none",
        "{after: 1h, to: [lead]}",
        "{at: half, to: [lead]}",
        '16: "at" must be a share of the time allowed from 1% to 99%; found "half".',
    ),
    case(
        "a share of nothing",
        "{after: 1h, to: [lead]}",
        "{at: 0%, to: [lead]}",
        '16: "at" must be a share of the time allowed from 1% to 99%; found "0%".',
    ),
    case(
        "a share of everything",
        "{after: 1h, to: [lead]}",
        "{at: 100%, to: [lead]}",
        '16: "at" must be a share of the time allowed from 1% to 99%; found "100%".',
    ),
    case(
        "two steps at one time",
        "{after: 1h, to: [lead]}",
        "{after: 0h, to: [lead]}",
        '16: Two steps of "上报" come at the same time (the first in line 15); make them one.',
    ),
    case(
        "a repetition without an end",
        "{after: 1h, to: [lead]}",
        "{after: 1h, to: [lead], repeat: 10s}",
        '16: "repeat" must be at least 1m; found "10s".',
    ),
    case(
        "a repetition that is no duration",
        "{after: 1h, to: [lead]}",
        "{after: 1h, to: [lead], repeat: often}",
        '16: "repeat" must be a duration such as 15m, 2h or 1d; found "often".',
    ),
    case(
        "a reassignment to nobody we know",
        "{after: 1h, to: [lead]}",
        "{after: 1h, to: [lead], reassign: manager}",
        '16: "reassign" must be one of queue, lead, on_call; found "manager".',
    ),
    case(
        "an unknown calendar of a milestone",
        "warn_before: 5m",
        "warn_before: 5m\n        calendar: 夜班",
        '40: "calendar" must be one of tier, queue, 白天, 全天; found "夜班".',
    ),
    case(
        "a calendar that nothing counts",
        "met_by: [called], waits_for: 白天",
        "met_by: [called], calendar: 白天",
        '50: "calendar" must be left out where "basis" is elapsed, which counts every hour; found "白天".',
    ),
    case(
        "a pause that is neither true nor false",
        "warn_before: 5m",
        "warn_before: 5m\n        pauses: sometimes",
        '40: "pauses" must be true or false; found "sometimes".',
    ),
    case(
        "a first contact that waits for the customer",
        "warn_before: 5m",
        "warn_before: 5m\n        pauses: true",
        '40: "pauses" must be false in "first_contact": nobody waits for a customer who was never contacted; found "true".',
    ),
    case(
        "a report to nobody we know",
        "met_by: [called], waits_for: 白天",
        "met_by: [called], report_to: boss",
        '50: "report_to" must be one of holder, queue, lead, manager, on_call; found "boss".',
    ),
    case(
        "a report that would meet nothing",
        "met_by: [called], waits_for: 白天",
        "met_by: [called], report_to: lead",
        '50: "report_to" must be left out unless "reported", which submitting a report records, is among "met_by"; found "lead".',
    ),
    case(
        "skills that are no list",
        "订单: {words: [下单]}",
        "订单: {words: [下单], skills: 网络}",
        '18: "skills" must be a list; found "网络".',
    ),
    case(
        "a skill twice",
        "订单: {words: [下单]}",
        "订单: {words: [下单], skills: [网络, 网络]}",
        '18: "网络" stands twice in "skills"; keep one.',
    ),
    case(
        "a rule without a number of days",
        "within: 730d",
        "within: 两年",
        '70: "within" must be a duration such as 15m, 2h or 1d; found "两年".',
    ),
]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name.replace(" ", "_"))
def test_a_fault_is_told_with_its_line_and_what_would_be_right(one: Case, tmp_path: Path) -> None:
    assert SMALL.count(one.old) == 1, "the case must change one place"
    path = written(tmp_path, SMALL.replace(one.old, one.new))
    assert faults_of(path) == [f"policy.yaml:{said}" for said in one.said]


def test_every_fault_is_told_in_one_pass_in_the_order_of_the_file(tmp_path: Path) -> None:
    changes = {"within: 15m": "within: soon", "queue: 大堂": "queue: 大厅", "misses: 2": "misses: 两次"}
    text = SMALL
    for old, new in changes.items():
        text = text.replace(old, new)
    assert faults_of(written(tmp_path, text)) == [
        'policy.yaml:36: "within" must be a duration such as 15m, 2h or 1d; found "soon".',
        'policy.yaml:59: "queue" must be one of 大堂, 专席; found "大厅" (did you mean "大堂"?).',
        'policy.yaml:64: "misses" must be a whole number from 1 to 20; found "两次".',
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_an_empty_file_is_refused(text: str, tmp_path: Path) -> None:
    said = faults_of(written(tmp_path, text))
    if text == "---\n":
        assert said == ['policy.yaml:1: "policy" must be a block of keys with values; found nothing.']
    else:
        assert said == [
            "policy.yaml:1: The file is empty; it must hold a policy that begins with name, zone and calendars."
        ]


def test_a_list_is_no_policy(tmp_path: Path) -> None:
    said = 'policy.yaml:1: "policy" must be a block of keys with values; found a list.'
    assert faults_of(written(tmp_path, "- name: 小店\n")) == [said]


def test_a_policy_that_lacks_everything_is_told_every_missing_key(tmp_path: Path) -> None:
    said = faults_of(written(tmp_path, "name: 小店\n"))
    assert 'policy.yaml:1: "policy" lacks the key "tiers"; add it.' in said
    assert len(said) == 18


def test_a_file_that_is_not_utf8_is_refused_at_its_line(tmp_path: Path) -> None:
    said = "policy.yaml:2: The file must be saved as UTF-8; found the byte 0xd4."
    assert faults_of(written(tmp_path, b"# policy\n" + "name: 云印".encode("gbk"))) == [said]


def test_a_file_that_is_absent_is_named(tmp_path: Path) -> None:
    said = "The file cannot be read (No such file or directory); give the path of a readable policy file."
    assert faults_of(tmp_path / "policy.yaml") == [f"policy.yaml:1: {said}"]


def test_a_folder_is_no_policy_file(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").mkdir()
    said = "The file cannot be read (Is a directory); give the path of a readable policy file."
    assert faults_of(tmp_path / "policy.yaml") == [f"policy.yaml:1: {said}"]


def test_a_file_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    said = "policy.yaml:1: The file nests lists or blocks too deeply; a policy needs at most six levels."
    assert faults_of(written(tmp_path, "name: " + "[" * 5000)) == [said]


def test_a_fault_is_a_value_that_prints_as_editors_read_it() -> None:
    assert str(PolicyFault("policy.yaml", 41, "Something is wrong.")) == "policy.yaml:41: Something is wrong."
