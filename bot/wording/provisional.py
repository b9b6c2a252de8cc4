"""What customers read where a promise rests on a year whose holidays are not published, and when it has moved."""

from __future__ import annotations

from escalation.policy.tiers import FIRST_CONTACT

RESULT = "complaint_settled"  # the milestone whose instant a complaint's customer is told
MAY_MOVE = "（节假日安排尚未公布，如有调整会另行告知您）"
BY_LAW, MADE_UP = "{name}（法定）", "{name}（补假）"  # days of a year that is not published
_MOVED = {
    FIRST_CONTACT: "节假日安排已经公布，之前告诉您的时间有调整：专人最晚{by} 前与您联系（首次联系）。",
    RESULT: "节假日安排已经公布，之前告诉您的时间有调整：我们会在{by} 前告诉您调查结果。",
}
TOLD = tuple(_MOVED)  # the milestones of which customers are told the instant


def moved(milestone: str, by: str) -> str | None:
    """Return that a promise has moved; None for a milestone that customers are not told of."""
    sentence = _MOVED.get(milestone)
    return sentence.format(by=by) if sentence is not None else None
