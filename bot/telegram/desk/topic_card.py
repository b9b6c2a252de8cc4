"""What a topic is called and what its pinned card says: the ticket as its page shows it, as far as it fits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.telegram.sending.rich_text import RichText
from bot.transcript.conversations import Conversation
from bot.wording.labels import customer_label
from bot.wording.moments import WEEKDAYS
from bot.wording.utf16 import cut
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket

TITLE = 128  # characters of a topic's name
SUBJECT, SUGGESTED = 600, 400  # UTF-16 units shown of each
MARKS = {1: "🔴", 2: "🟠", 3: "🟡"}  # by the tier's rank; 🚨 is danger
STATES = {"waiting": "待认领", "claimed": "处理中", "resolved": "已解决", "closed": "已关闭"}
REASONS = {
    "asked_for_person": "客户要求人工",
    "complaint": "客户投诉",
    "critical": "安全或停产等特急情况",
    "file": "客户发来图片、语音或文件",
    "missed_twice": "机器人连续没答上",
    "own_person": "该等级直接由专人接待",
    "bot_held_long_enough": "机器人接待已达时限",
    "export": "客户申请导出个人信息",
    "forget": "客户申请删除个人信息",
}
PROOFS = {"token": "官网登录", "shared_contact": "共享手机号", "link": "官网绑定链接"}
CHANNELS = {"web": "网页", "telegram": "Telegram"}
UNREACHABLE = "客户已停用机器人，消息无法送达；请改用电话等其他方式联系。"
MADE_AGAIN = "原话题已被删除，或建立时未能确认；请以本话题为准，此前的对话已重新列在下面。"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a card is made of."""

    ticket: Ticket
    customer: Customer | None
    conversation: Conversation
    clocks: Sequence[DeadlineRow]
    holder: str | None = None
    assignee: str | None = None
    made: int = 1  # how many times a topic was made for it
    incident: str | None = None  # the service interruption it belongs to
    console: str = ""  # its page there


def title(policy: Policy, facts: Facts) -> str:
    """「🔴特 #12 瑞成科技 王工 · 打印机卡纸」"""
    ticket = facts.ticket
    head = f"{mark(policy, ticket)}{ticket.tier[:1]} #{ticket.id} {customer_label(facts.customer)}"
    subject = " ".join((ticket.subject or ticket.topic or "").split())
    named = f"{head[:90]} · {subject}" if subject else head[:TITLE]
    return named if len(named) <= TITLE else f"{named[: TITLE - 1].rstrip()}…"


def card(policy: Policy, facts: Facts, now: datetime) -> RichText:
    """The card; says instants, never how long is left, so that it stands until something happens."""
    ticket, told = facts.ticket, RichText()
    if facts.made > 1:
        told.plain(f"{MADE_AGAIN}\n\n")
    told.bold(f"{mark(policy, ticket)} {ticket.tier} · #{ticket.id} {customer_label(facts.customer)}").plain("\n")
    if facts.conversation.unreachable_at is not None:
        told.bold(f"⚠️ {UNREACHABLE}").plain("\n")
    for name, words in _lines(policy, facts, now):
        told.bold(f"{name}：").plain(f"{words}\n")
    _clocks(told, policy, facts, now)
    subject = cut(ticket.subject.strip(), SUBJECT) or "（见附件）"
    told.bold("\n客户的问题：").plain(f"{subject}\n")
    if ticket.suggested and ticket.is_open:
        told.bold("参考答案：").plain(f"{cut(ticket.suggested.strip(), SUGGESTED)}\n")
    if facts.console:
        told.link("在工作台打开", facts.console).plain("\n")
    told.text = told.text.rstrip()
    return told.within()


def mark(policy: Policy, ticket: Ticket) -> str:
    """A colour for the tier; danger has its own sign."""
    if policy.urgency_of(ticket.urgency).critical:
        return "🚨"
    return MARKS.get(policy.tier_of(ticket.tier).rank, "⚪")


def moment(policy: Policy, at: datetime) -> str:
    """An instant that reads the same tomorrow; seconds are cut off, so that it is never later than it is."""
    there = at.astimezone(policy.zone)
    return f"{there.month}月{there.day}日（周{WEEKDAYS[there.weekday()]}）{there:%H:%M}"


def _lines(policy: Policy, facts: Facts, now: datetime) -> Iterator[tuple[str, str]]:
    ticket, talk = facts.ticket, facts.conversation
    yield "状态", _state(policy, facts, now)
    urgency = policy.urgency_of(ticket.urgency).label
    yield "队列", f"{ticket.queue} · 紧急程度：{urgency}" + (" · 投诉" if ticket.complaint else "")
    yield "等级依据", ticket.tier_reason
    if entitled := policy.tier_of(ticket.tier).entitlements:
        yield "权益", "、".join(entitled)
    proof = f"（身份依据：{PROOFS.get(talk.proof, talk.proof)}）" if talk.proof else ""
    yield "渠道", CHANNELS.get(talk.channel, talk.channel) + proof
    yield "事由", f"{ticket.topic or '未分类'} · 转人工：{REASONS.get(ticket.reason, ticket.reason)}"
    if facts.incident:
        yield "服务中断", facts.incident
    if ticket.complaint and policy.complaint_causes:
        yield "投诉原因", ticket.cause or "尚未查明"
    if ticket.rating is not None:
        yield "评价", f"{ticket.rating} 分" + (f"（{ticket.rating_reason}）" if ticket.rating_reason else "")


def _state(policy: Policy, facts: Facts, now: datetime) -> str:
    ticket, words = facts.ticket, STATES[facts.ticket.state]
    if facts.holder:
        words += f" · {facts.holder}"
    if facts.assignee and ticket.assigned_until is not None and ticket.assigned_until > now:
        words += f" · 已派给{facts.assignee}，请在 {moment(policy, ticket.assigned_until)} 前认领"
    if ticket.waits_since is not None:
        words += " · 等待客户"
    if ticket.urged:
        words += f" · 客户催促 {ticket.urged} 次"
    if ticket.reopened:
        words += f" · 重新打开 {ticket.reopened} 次"
    return words


def _clocks(told: RichText, policy: Policy, facts: Facts, now: datetime) -> None:
    running = sorted((row for row in facts.clocks if row.state == "open"), key=lambda row: row.due_at)
    if not running:
        return
    told.bold("期限：").plain("\n")
    for row in running:
        due = moment(policy, row.due_at)
        if row.paused_at is not None:
            told.plain(f"⏸ {row.label}：等待客户，已暂停计时；原定 {due}\n")
        elif row.due_at > now:
            told.plain(f"• {'最晚' if row.kind == 'promise' else '目标'} {due}（{row.label}）\n")
        elif row.kind == "promise":
            told.bold(f"❗ 已超时：{row.label}").plain(f"，应于 {due} 前完成\n")
        else:
            told.plain(f"• {row.label}：目标时间 {due} 已过\n")
