"""Sentences to staff about a dissatisfied customer, and labels of what is written with facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.wording.moments import by
from escalation.policy.model import Policy
from escalation.tickets.unhappy_events import CustomerUnhappy, Unhappiness

WHY: Mapping[Unhappiness, str] = {
    "low_score": "评价 {score} 分",
    "reopened": "反映没有解决，工单已重新打开",
    "complaint_withdrawn": "要撤回投诉",
}
CALL_BACK = "回访"
WORDED: Mapping[str, str] = {  # facts that are written in the ticket
    "followed_up": "回访结果",
    "investigated": "调查结论",
    "result_told": "处理结果（已在电话里告知）",
    "prevention_planned": "拟采取的预防措施",
    "prevented": "预防措施落实情况",
}
HINTS: Mapping[str, str] = {
    "followed_up": "怎么联系的、客户怎么说、接下来怎么办",
    "investigated": "查明的经过和原因",
    "result_told": "怎么告知的、告知了什么、客户怎么说",
    "prevention_planned": "打算怎么防止同样的问题再发生、由谁负责",
    "prevented": "做了什么、何时完成",
}
_HOW = "{what}要写明：在本话题发送「{command} 内容」。"
HOW_TO_WRITE: Mapping[str, str] = {
    fact: _HOW.format(what=WORDED[fact], command=command)
    for fact, command in (
        ("followed_up", "/followup"),
        ("investigated", "/conclusion 投诉原因"),
        ("result_told", "/told"),
        ("prevention_planned", "/prevention"),
        ("prevented", "/prevented"),
    )
}
_TOLD = "【客户不满意】#{number} {customer}：{why}。{task}"
_BY = "请在 {by} 前安排回访，并在工单里写明回访结果。"
_SOON = "请尽快安排回访，并在工单里写明回访结果。"


def unhappy_notice(policy: Policy, event: CustomerUnhappy, number: int, customer: str, now: datetime) -> str:
    """Return the notice to the lead of a dissatisfied customer."""
    task = _BY.format(by=by(policy, event.due_at, now)) if event.due_at is not None else _SOON
    why = WHY[event.why].format(score=event.score)
    return _TOLD.format(number=number, customer=customer, why=why, task=task)
