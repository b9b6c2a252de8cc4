"""Labels of causes that are noted on tickets: what of, and which class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MISHAPS: Mapping[str, str] = {"breach": "超时", "low_score": "低分", "reopened": "重新打开"}
CLASSES: Mapping[str, str] = {
    "process": "流程",
    "people": "人员",
    "resources": "资源",
    "communication": "沟通",
}


def noted(data: Mapping[str, Any]) -> str:
    """Return what a line says, but for its words: what of and which class; empty for an erased one."""
    of, cause = MISHAPS.get(data.get("of", ""), ""), CLASSES.get(data.get("cause", ""), "")
    return f"{of}，{cause}" if of and cause else "已删除"


def part_in_words(part: str) -> str:
    """Return in words a part of the measure `cause_of`, which is written `of:cause`."""
    of, _, cause = part.partition(":")
    return f"{MISHAPS.get(of, of)}：{CLASSES.get(cause, cause)}"
