"""Sentences in a ticket's topic: its pinned card and the transcript."""

from __future__ import annotations

from bot.wording.labels import CHANNELS, NO_TOPIC, PROOFS, REASONS

# Names of the card's lines.
STATE, QUEUE, TIER_REASON, ENTITLEMENTS, CHANNEL = "状态", "队列", "等级依据", "权益", "渠道"
ASKED, ASKED_UNTIL = "协办待答复", "（最晚 {due}）"
ANSWER_THERE = "；被请的同事请打开工作台的「协办」答复，在话题里写的只是备注"
TOPIC, INCIDENT, CAUSE, RATING, CONTACTS = "事由", "服务中断", "投诉原因", "评价", "客户留的联系方式"
CANDIDATES = "该号码属于（待核对）"
DEADLINES, QUESTION, SUGGESTED_ANSWER = "期限：", "客户的问题：", "参考答案："

UNREACHABLE = "客户已停用机器人，消息无法送达；请改用电话等其他方式联系。"
MADE_AGAIN = "原话题已被删除，或建立时未能确认；请以本话题为准，此前的对话已重新列在下面。"
SEE_ATTACHMENT = "（见附件）"
OPEN_IN_CONSOLE = "在工作台打开"
CAUSE_UNKNOWN = "尚未查明"

# What the card's state says besides the state's own label.
ASSIGNED = " · 已派给{assignee}，请在 {until} 前认领"
WAITS_FOR_CUSTOMER = " · 等待客户"
URGED = " · 客户催促 {times} 次"
REOPENED = " · 重新打开 {times} 次"

# A deadline by how it stands.
PAUSED = "⏸ {label}：等待客户，已暂停计时；原定 {due}\n"
AHEAD = "• {kind} {due}（{label}）\n"
LATEST, TARGET = "最晚", "目标"
BREACHED, BREACHED_AT = "❗ 已超时：{label}", "，应于 {due} 前完成\n"
TARGET_PASSED = "• {label}：目标时间 {due} 已过\n"


def queue_line(queue: str, urgency: str, *, complaint: bool) -> str:
    """Return the queue, the urgency, and whether it is a complaint."""
    return f"{queue} · 紧急程度：{urgency}" + (" · 投诉" if complaint else "")


def candidate(name: str, organisation: str) -> str:
    """Return who a customer may be."""
    return f"{name}（{organisation}）"


def channel_line(channel: str, proof: str | None) -> str:
    """Return the customer's channel, and how they were verified."""
    return CHANNELS.get(channel, channel) + (f"（身份依据：{PROOFS.get(proof, proof)}）" if proof else "")


def topic_line(topic: str | None, reason: str) -> str:
    """Return the topic, and the reason for the hand-off."""
    return f"{topic or NO_TOPIC} · 转人工：{REASONS.get(reason, reason)}"


def rating_line(score: int, reason: str | None) -> str:
    """Return the customer's rating, with its reason."""
    return f"{score} 分" + (f"（{reason}）" if reason else "")
