"""A policy as small as one can be, written to a file, and what the reader says of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import escalation
from escalation.policy.default_wording import DEFAULT_WORDING
from escalation.policy.model import Policy
from escalation.policy.reader import WORD_LISTS, WORDING, PolicyFaults, read_policy

FIRST_WORDING = [key for key in WORDING if key not in DEFAULT_WORDING]  # what every policy file must hold
SHIPPED = Path(escalation.__file__).with_name("policy.yaml")


@cache
def shipped() -> Policy:
    """The policy that is shipped, read once."""
    return read_policy(SHIPPED)


SMALL = """\
name: 小店
zone: Asia/Shanghai
default_tier: 普通
default_urgency: normal
calendars:
  白天: {hours: ["09:00-12:00", "13:00-18:00"], working_days_only: true}
  全天: {hours: ["00:00-24:00"]}
holidays:
  2026:
    - {name: 国庆节, from: 2026-10-01, to: 2026-10-07, work: [2026-10-10]}
facts:
  confirmed: 客户已确认
escalations:
  上报:
    - {after: 0m, to: [holder]}
    - {after: 1h, to: [lead]}
topics:
  订单: {words: [下单]}
  投诉: {complaint: true, tell: [lead], words: [投诉]}
queues:
  大堂: {calendar: 白天}
  专席: {calendar: 全天}
adjustment: {raise_from: 5, lower_to: 1}
tiers:
  贵宾:
    rank: 1
    calendar: 全天
    bot: suggests
    criteria: {share_of_sales: 5, annual_amount: 1000, in_words: {客户: 老主顾}}
    staffing: [{role: 经理, people: 2}]
    channels: [专线]
    milestones:
      - id: first_contact
        label: 首次联系
        starts_on: received
        within: 15m
        basis: working
        met_by: [replied]
        warn_before: 5m
        escalation: 上报
  普通:
    rank: 2
    calendar: 白天
    bot: answers
    criteria: {share_of_sales: 0, annual_amount: 0, in_words: {客户: 其他}}
    staffing: [{role: 坐席, people: 3, customers_each: 50}]
    channels: [热线]
    milestones:
      - {id: first_contact, label: 首次联系, starts_on: received, within: 2h, basis: working, met_by: [replied]}
      - {id: progress, label: 进展, starts_on: confirmed, within: 1d, basis: elapsed, met_by: [called], waits_for: 白天}
for_every_tier:
  - {id: survey, label: 评价, starts_on: resolved, within: 1d, basis: elapsed, met_by: [rated], kind: target}
urgencies:
  - {id: normal, label: 普通}
  - {id: critical, label: 特急, critical: true, calendar: 全天, words: [起火], within: {first_contact: 10m}}
routes:
  - {urgency: critical, queue: 专席}
  - {tier: 贵宾, queue: 专席}
  - {queue: 大堂}
dialogue:
  precision: 0.95
  suggest_precision: 0.6
  suggestions: 5
  misses: 2
  gather: 3s
  reopen_within: 72h
  rating_delay: 10m
  rating_hours: 白天
rules:
  retention: {label: 保存记录, within: 730d, kept_by: 备份}
complaint_causes: [流程]
night: {calendar: 全天, tiers: [贵宾], evaluate_after: 90d}
""" + "".join(
    [
        "words:\n",
        *(f"  {name}: [词语]\n" for name in WORD_LISTS),
        "wording:\n",
        *(f"  {key}: {'最晚{by}前' if WORDING[key] == {'by'} else '您好'}\n" for key in FIRST_WORDING),
    ]
)


def faults_of(path: Path) -> list[str]:
    """What the reader says about a file, without the folder."""
    with pytest.raises(PolicyFaults) as refusal:
        read_policy(path)
    assert str(refusal.value) == "\n".join(str(fault) for fault in refusal.value.faults)
    return [str(fault).removeprefix(f"{path.parent}/") for fault in refusal.value.faults]


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "policy.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
