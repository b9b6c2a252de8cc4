"""What a ticket still owes when it is to end, and why that is left out."""

from __future__ import annotations

from collections.abc import Iterable

LABELS = {"assessment": "评估并拟定方案", "plan": "向客户沟通方案", "acceptance": "客户验收", "report": "服务报告"}
QUICK = ("问题简单，当场解决", "客户表示不需要", "已并入其他事项处理")  # reasons that are offered
OWED = "按服务约定，还欠：{owed}。确实不用做的，请写明理由，理由会留在记录里。"
CHOOSE_REASON = "还欠：{owed}。确实不用做的，请选择理由；其他理由请到工作台填写。"


def in_words(owed: Iterable[str]) -> str:
    """Return what is owed as one list."""
    return "、".join(LABELS.get(each, each) for each in owed)


def still_owed(owed: Iterable[str]) -> str:
    """Return the sentence above the field for the reason."""
    return OWED.format(owed=in_words(owed))
