"""What whoever wrote of a danger reads of the alarm, by what came of it, and where they wrote it."""

from __future__ import annotations

from escalation.policy.model import Policy

_SENTENCES = {
    "raised": "因为所写的内容提到危险，这张工单已定为「{urgency}」，并已通知值班人员。",
    "kept": "所写的内容提到危险，已通知值班人员。紧急程度由人工认定，没有改动；确有危险的，请调为「{urgency}」。",
    "asked": (
        "所写的内容可能提到危险，但不能确定，紧急程度没有改动，也没有通知值班人员。确有危险的，"
        "请立即把紧急程度调为「{urgency}」；已结束的工单，请先重新打开。"
    ),
    "reopened": "因为所写的内容提到危险，这张工单已重新打开，定为「{urgency}」，并已通知值班人员。",
    "reopened_kept": (
        "因为所写的内容提到危险，这张工单已重新打开，并已通知值班人员。紧急程度由人工认定，没有改动；确有危险的，"
        "请调为「{urgency}」。"
    ),
}
PLACES = {"entry": "登记工单", "note": "内部备注", "title": "修改标题", "request": "请同事办理", "answer": "答复同事"}


def sentence(policy: Policy, alarm: str) -> str:
    """Return the sentence for an alarm; empty for none."""
    critical = next((each.label for each in policy.urgencies.values() if each.critical), "")
    label = critical or list(policy.urgencies.values())[-1].label
    return _SENTENCES[alarm].format(urgency=label) if alarm in _SENTENCES else ""
