"""Notices of the steps of a plan."""

from __future__ import annotations

_SOON = "【方案步骤】#{ticket} 请在 {due} 前完成：{what}。完成后在工单里勾选。"
_LATE = "【方案步骤】#{ticket} 应于 {due} 前完成，还没有勾选：{what}。"
_LEFT = "负责这一步的同事已停用账号或不能查看这张工单，请修订方案，另请同事办理。"


def step_notice(ticket: int, what: str, due: str, *, late: bool, left: bool) -> str:
    """Return the notice of a step that ends soon, or is late; `left`: nobody is there any more whose it is."""
    told = (_LATE if late else _SOON).format(ticket=ticket, due=due, what=what[:200])
    return told + (_LEFT if left else "")
