"""What stands in reports: titles, headings, notes, and how numbers are written for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from escalation.measures.catalogue import Unit

TITLES: Mapping[str, str] = {
    "weekly": "服务周报",
    "monthly": "服务月报",
    "quarterly": "服务季报",
    "night": "夜间服务评估",
}
DIMENSION_LABELS: Mapping[str, str] = {
    "tier": "等级",
    "queue": "队列",
    "topic": "事由",
    "channel": "渠道",
    "agent": "人员",
}
GONE = "（已离职）"
OLD = "（现行规则中没有）"
NOBODY_NAMED, NO_NAME = "（无人）", "（无）"
NO_SAMPLE = "没有样本"
UNCHANGED, NO_CHANGE = "±", "–"
OVERVIEW, TIMES, MILESTONES, CAUSES, NIGHT, COST = "总览", "用时", "时限", "原因", "夜间服务", "成本"
INDICATOR, NOW, BEFORE, CHANGE, SAMPLE, MEAN = "指标", "本期", "对比期", "变化", "样本", "平均"
MILESTONE_HEADINGS = ("时限", "按时", "超时", "按时率", "平均用时")
CAUSE_HEADINGS = ("原因", "件数", "占投诉原因")
NIGHT_HEADINGS = ("等级", "夜间来件", "当夜已人工联系", "夜间人工覆盖")
COST_HEADINGS = ("等级", "处理时长", "成本")
GROUP_COUNTS, GROUP_TIMES = ("新增工单", "已解决"), ("平均首次响应", "平均解决用时")
ALL_TIERS = "全部"
PIECES, SECONDS, YUAN = "件", "秒", "元"
NOT_OVER = "本期尚未结束，数字截至目前。"
_MOST_NAMED = 5  # days that a note names
_SPANS = (("天", 86_400), ("小时", 3_600), ("分", 60), ("秒", 1))


def heading(title: str, period: str, first: str, last: str, compared: str) -> str:
    """Return the line above a report."""
    beside = f"，对比 {compared}" if compared else ""
    return f"{title} {period}（{first} 至 {last}{beside}）"


def empty(title: str, notes: Sequence[str]) -> str:
    """Return the line of a table without rows."""
    return f"{title}：" + "；".join(notes)


def filtered(label: str, value: str) -> str:
    """Return to what a report is limited."""
    return f"{label}：{value}"


def by(label: str) -> str:
    """Return the title of a table by a dimension."""
    return f"按{label}"


def at_most(share: float) -> str:
    """Return the heading of a percentile."""
    return f"{share * 100:.0f}% 不超过"


def with_unit(name: str, unit: str) -> str:
    """Return a heading with its unit, for a file that holds numbers."""
    return f"{name}（{unit}）" if unit else name


def new_edition(day: date, version: str) -> str:
    """Return the note of a policy that came into force within the period."""
    return f"期间服务规则有新版本：{day.isoformat()} 起按版本 {version} 计算。"


def rewritten(days: Sequence[str]) -> str:
    """Return the note of days with which late facts were put."""
    some = "、".join(days[:_MOST_NAMED]) + (" 等" if len(days) > _MOST_NAMED else "")
    return f"有 {len(days)} 天的数据在归档后补记过（{some}），与此前的报告可能不同。"


def recorded_since(day: date) -> str:
    """Return the note of what is recorded from a day on only."""
    return f"知识库答案的使用、机器人该答未答、登记的原因和登记单位数从 {day.isoformat()} 起才有记录。"


def handling_since(day: date) -> str:
    """Return the note of the day from which it is recorded how long people work on tickets."""
    return f"处理时长从 {day.isoformat()} 起才有记录。"


def written(value: float | None, unit: Unit) -> str:
    """Return a number as people read it."""
    if value is None:
        return NO_SAMPLE
    match unit:
        case "share":
            return f"{value * 100:.1f}%"
        case "score":
            return f"{value:.1f}"
        case "seconds":
            return span(value)
        case _:
            return f"{value:,.0f}"


def changed(more: float, unit: Unit) -> str:
    """Return how much more or less a number is; of shares in points."""
    sign = "+" if more > 0 else "-" if more < 0 else UNCHANGED
    return sign + (f"{abs(more) * 100:.1f} 个百分点" if unit == "share" else written(abs(more), unit))


def span(seconds: float) -> str:
    """Return a time in its two largest units, such as 3小时5分."""
    left = round(seconds)
    for place, (name, size) in enumerate(_SPANS):
        if left >= size:
            amount, rest = divmod(left, size)
            smaller = _SPANS[place + 1] if place + 1 < len(_SPANS) else None
            less = rest // smaller[1] if smaller is not None else 0
            return f"{amount}{name}" + (f"{less}{smaller[0]}" if smaller is not None and less else "")
    return f"0{_SPANS[-1][0]}"
