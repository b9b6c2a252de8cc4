"""What visitors and staff are told when budgets are used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.wording.moments import from_then_on, since
from escalation.policy.model import Policy

TOO_MANY_SESSIONS = "目前新开的会话太多，暂时不能开始新的会话，请在{by} 后再试。"
TOO_MANY_FILES = "目前收到的文件太多，这个文件暂时不能接收，请在{by} 后再发。您可以先用文字说明情况。"
TOO_MANY_IDENTIFICATIONS = "身份确认的次数太多，请在{by} 后再试。您现在也可以直接在这里提问。"
CALL = "着急的话，可以拨打服务热线 {phone}。"
CALL_AT_ONCE = "也请马上拨打我们的服务热线 {phone}。"

STORM = "【访客集中】{since} 以来有 {number} 张身份未核实的访客工单无人认领，不再逐张通知，请在工作台查看。"
STORM_CRITICAL = "其中特急 {number} 张：{tickets}。"
DELAYED = (
    "【紧急求助】有 {number} 位身份未核实的访客报告紧急情况，超出受理上限，"
    "已向其发送安全提示和电话，将按先后转为工单：{who}。"
)
DELAYED_ONE = "会话 {conversation}（{at}）"
AND_MORE = "等"
NAMED = 10  # tickets or conversations named in one notice


def refused(policy: Policy, sentence: str, at: datetime, now: datetime) -> str:
    """Return the sentence with the minute from which on it may be tried again, and the number to call."""
    return sentence.format(by=from_then_on(policy, at, now)) + by_telephone(policy, urgent=False)


def by_telephone(policy: Policy, *, urgent: bool) -> str:
    """Return whom to call; empty if the policy names no number."""
    return (CALL_AT_ONCE if urgent else CALL).format(phone=policy.phone) if policy.phone else ""


def storm(policy: Policy, number: int, critical: Sequence[int], began: datetime, now: datetime) -> str:
    """Return the notice of tickets that nobody is told of one by one; the critical ones are named."""
    told = STORM.format(since=since(policy, began, now), number=number)
    named = _listed([f"#{ticket}" for ticket in critical])
    return told + (STORM_CRITICAL.format(number=len(critical), tickets=named) if critical else "")


def delayed(policy: Policy, alarms: Sequence[tuple[int, datetime]], now: datetime) -> str:
    """Return the notice of dangers that could call nobody at once, as conversation and instant."""
    who = [DELAYED_ONE.format(conversation=number, at=since(policy, at, now)) for number, at in alarms]
    return DELAYED.format(number=len(alarms), who=_listed(who))


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + (AND_MORE if len(names) > NAMED else "")
