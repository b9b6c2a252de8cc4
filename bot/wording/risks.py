"""Sentences of risks: what is so, the rule that raised it, and where to look."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.improvement.risk_rules import Risk, RiskKind

NONE = "按现行规则，目前没有风险。"
LABELS: Mapping[RiskKind, str] = {
    "late": "超时上升",
    "complaints": "投诉上升",
    "gaps": "知识缺口增多",
    "alone": "排班只有一人",
    "calendar": "缺节假日安排",
    "overload": "超出负荷",
}
_SAID: Mapping[RiskKind, str] = {
    "late": "{queue}最近 28 天超时率 {now:.1f}%，此前 28 天 {before:.1f}%。",
    "complaints": "{queue}最近 28 天投诉 {now} 件，此前 28 天 {before} 件。",
    "gaps": "最近 28 天答不上来的问题 {now} 个，此前 28 天 {before} 个。",
    "alone": "{queue}今后 {days} 天排班上只有{name}一人。",
    "calendar": "{year} 年的节假日安排还没有录入，跨到那一年的期限只是暂定。",
    "overload": "{name}手上有 {held} 张未结工单，上限 {capacity} 张。",
}
_RULES: Mapping[RiskKind, str] = {
    "late": "超时率比此前 28 天高出 {points} 个百分点以上，且两段各有 {least} 个以上期限。",
    "complaints": "投诉比此前 28 天多 {percent}% 以上，且达到 {least} 件。",
    "gaps": "比此前 28 天多 {percent}% 以上，且达到 {least} 个。",
    "alone": "今后 {days} 天里，一个队列只有一人排班。",
    "calendar": "当年，或 11 月 1 日起次年的节假日安排没有录入。",
    "overload": "未结工单超出上限 {above} 张以上。",
}
_ENGLISH: Mapping[RiskKind, str] = {
    "late": "{queue}: {now:.1f}% of deadlines late in the last 28 days, {before:.1f}% in the 28 before.",
    "complaints": "{queue}: {now} complaints in the last 28 days, {before} in the 28 before.",
    "gaps": "{now} questions without an answer in the last 28 days, {before} in the 28 before.",
    "alone": "{queue}: only {name} is on the roster in the next {days} days.",
    "calendar": "The holidays of {year} are missing; deadlines that reach into it are provisional.",
    "overload": "{name} holds {held} open tickets, {capacity} at most.",
}
_ENGLISH_RULES: Mapping[RiskKind, str] = {
    "late": "up by {points} points or more, of {least} deadlines or more in each",
    "complaints": "{percent}% more or above, and {least} or more",
    "gaps": "{percent}% more or above, and {least} or more",
    "alone": "one person alone in {days} days",
    "calendar": "this year, or from 1 November the next, is not published",
    "overload": "{above} or more above their capacity",
}
LINKS: Mapping[RiskKind, str] = {
    "late": "/console/reports",
    "complaints": "/console/reports",
    "gaps": "/console/knowledge",
    "alone": "/console/roster",
    "calendar": "/console/calendar",
    "overload": "/console",
}


def said(risk: Risk) -> str:
    """Return what is so."""
    return _SAID[risk.kind].format(**{**risk.values, "queue": risk.values.get("queue") or "全部队列"})


def rule(risk: Risk) -> str:
    """Return the rule that raised it."""
    return _RULES[risk.kind].format(**risk.values)


def in_english(risk: Risk) -> tuple[str, str]:
    """Return what is so, and the rule, as the terminal says them."""
    values = {**risk.values, "queue": risk.values.get("queue") or "All queues"}
    return _ENGLISH[risk.kind].format(**values), _ENGLISH_RULES[risk.kind].format(**values)
