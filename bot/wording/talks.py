"""How a played talk is printed for people who judge it."""

from __future__ import annotations

from collections.abc import Sequence

AGENT = "小周"  # who serves in played talks
SAMPLE_ORGANISATION, SAMPLE_CONTACT = "示例公司", "王先生"
SAMPLE_REASON = "对话文件指定"
CUSTOMER, BOT, STAFF = "客户", "机器人", "坐席"
TICKET, NO_TICKET, UNCHANGED = "工单", "没有工单", "工单不变"
NO_PROMISE = "已无待履行的首次联系"
NOBODY_KNOWN = "未识别身份"
COMPLAINT = "投诉"
FILE_SENT = "文件"


def heading(name: str, details: Sequence[str]) -> str:
    """The first line of a talk."""
    return f"【{name}】（{'，'.join(details)}）"


def begins(moment: str) -> str:
    """From when on the talk is played."""
    return f"{moment} 起"


def hand(name: str) -> str:
    """Who wrote the talk."""
    return f"出自{name}"


def wanted(service: str) -> str:
    """What good service would be in this talk."""
    return f"期望：{service}"


def waited(span: str) -> str:
    """Time passes."""
    return f"（过了 {span}）"


def moved(move: str) -> str:
    """What staff did."""
    return {
        "claims": "（认领）",
        "solves": "（标为已解决）",
        "waits": "（登记等待客户）",
        "calls": "（登记已电话联系）",
    }.get(move, f"（{move}）")


def ticket_line(parts: Sequence[str], title: str) -> str:
    """The ticket after a turn."""
    return f"{TICKET}：{'｜'.join(parts)}｜标题「{title}」"


def promised(moment: str) -> str:
    """The promised first contact."""
    return f"首次联系最晚 {moment}"


def urgency(label: str) -> str:
    """The urgency of a ticket."""
    return f"紧急程度：{label}"


def not_done(why: str) -> str:
    """A turn that could not be carried out."""
    return f"（没有做成：{why}）"


SOLVED = "问题简单，当场解决"  # why a played talk leaves out what is owed
