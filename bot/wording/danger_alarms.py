"""What whoever wrote of a danger reads of the alarm, by what came of it, and where they wrote it."""

from __future__ import annotations

from escalation.policy.model import Policy

_SENTENCES = {
    "raised": "因为所写的内容提到危险，这张工单已定为「{urgency}」，并已通知值班人员。",
    "kept": "所写的内容提到危险，已通知值班人员。紧急程度由人工认定，没有改动；确有危险的，请调为「{urgency}」。",
    "asked": (
        "所写的内容可能提到危险，但不能确定，紧急程度没有改动，也没有通知值班人员。现在确有危险的，"
        "请立即定为「{urgency}」。"
    ),
    "asked_finished": (
        "所写的内容可能提到危险。这张工单已结束，没有重新打开，也没有通知值班人员。现在确有危险的，"
        "请立即重新打开并定为「{urgency}」。"
    ),
}
_CONFIRM = {"asked": "现在有危险，定为「{urgency}」", "asked_finished": "现在有危险，重新打开并定为「{urgency}」"}
PLACES = {"entry": "登记工单", "note": "内部备注", "title": "修改标题", "request": "请同事办理", "answer": "答复同事"}


def sentence(policy: Policy, alarm: str) -> str:
    """Return the sentence for an alarm; empty for none."""
    return _SENTENCES[alarm].format(urgency=_critical(policy)) if alarm in _SENTENCES else ""


def confirmation(policy: Policy, alarm: str) -> str:
    """Return the label of the button by which whoever is asked says that there is a danger; empty where nobody is."""
    return _CONFIRM[alarm].format(urgency=_critical(policy)) if alarm in _CONFIRM else ""


def _critical(policy: Policy) -> str:
    critical = next((each.label for each in policy.urgencies.values() if each.critical), "")
    return critical or list(policy.urgencies.values())[-1].label
