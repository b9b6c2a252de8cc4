"""The draft of a ticket's service report, for an agent to correct and submit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from bot.wording.labels import NO_TOPIC, TARGET, WITHDRAWN
from bot.wording.moments import date_and_time, late
from escalation.customers.starring import starred
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.facts import MAX_NOTE
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import Plan

LONGEST_QUOTE = 600  # characters of what somebody wrote: a report summarises
MOST_PROMISES = 20  # those of a long case's many progress reports that came last


def draft(
    ticket: Ticket,
    customer: str,
    clocks: Sequence[DeadlineRow],
    plan: Plan | None,
    responsible: str,
    last_reply: str,
    zone: tzinfo,
    dimensions: str = "",
) -> str:
    """Return the draft: what the customer needed, what was promised and kept, the plan, its result, the rating.

    `responsible` is the name of the person responsible for the plan, `last_reply` the last reply sent, `dimensions`
    what the customer gave each dimension. Times are given in `zone`. Source: tiered-service regulation, the service
    report after acceptance.
    """
    sections = (
        _section("客户与需求", _need(ticket, customer, zone)),
        _section("承诺与完成情况", _promises(clocks, zone)),
        _section("处理方案", _plan(plan, responsible, zone)),
        _section("处理结果", _result(ticket, last_reply, zone)),
        _section("客户评价", _rating(ticket, dimensions)),
    )
    return "\n\n".join(sections)[:MAX_NOTE]


def rating_added(score: int, dimensions: str = "") -> str:
    """Return the section that a submitted report is completed with by a rating that came later."""
    return _section("客户评价（补记）", [f"{score} 分（满分 5 分）。", *_by_dimension(dimensions)])


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join((f"【{title}】", *lines))


def _need(ticket: Ticket, customer: str, zone: tzinfo) -> list[str]:
    lines = [f"客户：{customer}", f"事由：{ticket.topic or NO_TOPIC}{'，客户投诉' if ticket.complaint else ''}"]
    lines.append(f"需求：{_quote(starred(ticket.subject)) or '（没有文字内容）'}")
    year = f"{ticket.raised_at.astimezone(zone).year}年"
    lines.append(
        f"{year}{date_and_time(ticket.raised_at, zone)} 提出，{date_and_time(ticket.received_at, zone)} 受理。"
    )
    return lines


def _promises(clocks: Sequence[DeadlineRow], zone: tzinfo) -> list[str]:
    told = [clock for clock in clocks if clock.state == "met" or (clock.state == "open" and clock.breached_at)]
    return [_promise(clock, zone) for clock in told[-MOST_PROMISES:]] or ["尚无已完成的期限。"]


def _promise(clock: DeadlineRow, zone: tzinfo) -> str:
    target = TARGET if clock.kind == "target" else ""
    due = f"· {clock.label}{target}：{date_and_time(clock.due_at, zone)} 前"
    if clock.settled_at is None:
        return f"{due}，已超时，尚未完成。"
    over = clock.settled_at - clock.due_at
    kept = f"晚了 {late(over)}" if over.total_seconds() > 0 and clock.paused_at is None else "按时"
    return f"{due}，{date_and_time(clock.settled_at, zone)} 完成，{kept}。"


def _plan(plan: Plan | None, responsible: str, zone: tzinfo) -> list[str]:
    if plan is None:
        return ["没有登记方案。"]
    lines = [f"第 {plan.version} 版，负责人：{responsible or '（未知）'}"]
    for number, step in enumerate(plan.steps, 1):
        lines.append(f"{number}. {_quote(step.what, 80)}（{date_and_time(step.by, zone)} 前）")
    return lines


def _result(ticket: Ticket, last_reply: str, zone: tzinfo) -> list[str]:
    lines = [_outcome(ticket, zone)]
    if ticket.cause is not None:
        lines.append(f"投诉原因：{ticket.cause}")
    if ticket.reopened:
        lines.append(f"其间客户反映未解决，重新打开 {ticket.reopened} 次。")
    if last_reply:
        lines.append(f"最后答复客户：{_quote(last_reply)}")
    return lines


def _outcome(ticket: Ticket, zone: tzinfo) -> str:
    if ticket.withdrawn_at is not None:
        return f"{date_and_time(ticket.withdrawn_at, zone)} {WITHDRAWN}。"
    return f"{date_and_time(ticket.resolved_at, zone)} 解决。" if ticket.resolved_at else "尚未解决。"


def _rating(ticket: Ticket, dimensions: str) -> list[str]:
    if ticket.rating is None:
        return ["客户尚未评价。", *_by_dimension(dimensions)]
    reason = f"：{_quote(starred(ticket.rating_reason))}" if ticket.rating_reason else "。"
    return [f"{ticket.rating} 分（满分 5 分）{reason}", *_by_dimension(dimensions)]


def _by_dimension(dimensions: str) -> list[str]:
    return [f"分项：{dimensions}。"] if dimensions else []


def _quote(text: str, most: int = LONGEST_QUOTE) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most]}…"
