"""What is said when a customer who is waited for says nothing: to them, and to the ticket's holder."""

from __future__ import annotations

from escalation.tickets.sent_steps import SentKind

_PLAN = "您好，处理方案已发给您，请您看看是否同意；有不同意见，也请告诉我们。"
_ACCEPTANCE = "您好，您反映的问题已处理完成，请您确认是否验收通过；还有问题，也请告诉我们。"
_ANYTHING = "您好，我们在等您的回复，方便时请告诉我们，好继续为您处理。"
CLOSES = "如到{by}仍没有收到您的回复，我们会先结束这次服务。"
CLOSED = "一直没有收到您的回复，我们先结束这次服务。如仍需要，直接在这里回复，我们会继续为您处理。"

_SILENT = "【客户未答复】#{ticket} 从{since}起等待客户，至今没有答复，请打电话联系客户。"
_ENDED = "【客户未答复】#{ticket} 从{since}起等待客户，一直没有答复，已告知客户并关闭；客户再来消息会重新打开。"


def reminder(kind: SentKind | None) -> str:
    """Return the reminder by what the customer was asked last; None: nothing in particular."""
    if kind is None or kind == "progress":
        return _ANYTHING
    return _PLAN if kind == "plan" else _ACCEPTANCE


def silent_notice(ticket: int, since: str, *, closed: bool) -> str:
    """Return the notice to a ticket's holder."""
    return (_ENDED if closed else _SILENT).format(ticket=ticket, since=since)
