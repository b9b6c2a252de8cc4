"""Sentences and labels of targets, improvements and risks: pages, refusals, reminders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from escalation.improvement.aimed_indicators import AIMED, AimedIndicator
from escalation.improvement.amounts import HUNDREDTHS
from escalation.improvement.overdue import OverdueReminder
from escalation.improvement.refusals import ImprovementFault
from escalation.improvement.target_rules import TargetState
from escalation.measures.catalogue import Unit

NO_SAMPLE = "没有样本"
STATES: Mapping[TargetState, str] = {
    "reached": "已达成",
    "on_course": "进度正常",
    "behind": "落后于进度",
    "missed": "已到期，未达成",
    "no_sample": NO_SAMPLE,
}
STATE_TAGS = {"reached": "tag-green", "on_course": "tag-blue", "behind": "tag-amber", "missed": "tag-red"}
EXAMPLES: Mapping[Unit, str] = {"seconds": "30 分钟、2 小时", "share": "85%", "score": "88 分", "number": "12"}

LATELY = "现状取最近 28 天的数字，含今天。"
MINE_ONLY = "您可以在这里查看已公布的目标，并标为已读。"
NOT_YOURS = "这项改进由经办人、组长、主管和管理员查看。"
NO_TARGETS = "还没有目标。可以采用下面的示例目标，也可以自己填写。"
NO_ANNOUNCED = "目前没有公布的目标。"
NO_ITEMS = "还没有改进项。"
NO_PERIOD = "请把时期写成 2026-W48、2026-11、2026-Q4 或 2026-11-01..2026-11-15 这样。"
BY_HAND = "人工发现（访谈、走访等）"
HAS_LEFT = "账号已停用，请另选"
NOT_ENDED = "改进结束后，从第二天起才有数字"
NO_WEEK = "近 7 天没有进展记录"
BANNER_TARGETS = "有 {count} 个新公布的目标等您阅读。"
BANNER_OVERDUE = "您经办的改进已过完成日期，请更新进展。"

DONE = {
    "add": "目标已设定，公布之后全体人员可见。",
    "adopt": "已采用示例目标，请核对后公布。",
    "change": "修改已保存。",
    "announce": "目标已公布，每个人的控制台上会有提示，直到标为已读。",
    "end": "目标已结束，记录保留。",
    "read": "已标为已读。",
    "begin": "改进已登记。",
    "progress": "进展已记录。",
    "close": "改进已结束，效果从明天起开始计算。",
}

REFUSALS: Mapping[ImprovementFault, str] = {
    "may_not": "由主管、管理员或负责该队列的组长操作；不分队列的，由主管、管理员或负责全部队列的组长操作。",
    "unknown_indicator": "没有「{indicator}」这个指标，请从列表里选择。",
    "bad_amount": "「{amount}」不是{label}的数值，请写成{example}这样。",
    "unchanged_goal": "目标值与起点相同，都是{amount}，请改其中一个。",
    "wrong_way": "{label}{better}才是改善，目标{goal}比起点{start}还差，请核对。",
    "no_day": "请填写完成日期。",
    "day_past": "完成日期 {day} 已经过去，请填写今天或以后的日期。",
    "day_order": "达成日期 {day} 须晚于起算日期 {start}。",
    "unknown_tier": "政策里没有「{tier}」这个等级。",
    "unknown_queue": "政策里没有「{queue}」这个队列。",
    "not_by_queue": "{label}不分等级、队列统计，请把等级和队列留空。",
    "no_owner": "请选择负责人。",
    "owner_left": "所选的负责人账号已停用，请另选一位。",
    "bad_weight": "影响和难度须为 1 到 5 的整数。",
    "no_such_target": "没有这个目标。",
    "target_ended": "这个目标已经结束，不能再修改。",
    "announced": "这个目标已经公布过了。",
    "not_announced": "这个目标还没有公布。",
    "changed_meanwhile": "您填写期间，其他同事已修改过。请核对下面的最新内容，再改一次。",
    "no_finding": "请填写发现了什么问题。",
    "no_cause": "请写明原因。",
    "unknown_cause": "请选择原因类别：流程、人员、资源或沟通。",
    "no_measure": "请填写改进措施。",
    "no_person": "请选择经办人。",
    "person_left": "所选的经办人账号已停用，请另选一位。",
    "no_such_improvement": "没有这项改进。",
    "closed": "这项改进已于 {day} 结束，不能再记进展；后续的事请另立一项。",
    "no_words": "请填写内容。",
    "too_long": "文字太长，最多 {most} 字，请删减后再提交。",
    "not_yours": "进展由经办人，或主管、管理员、组长填写。",
}


def refusal(code: ImprovementFault, values: Mapping[str, Any]) -> str:
    """Return why something was refused."""
    told = dict(values)
    if code in ("unchanged_goal", "wrong_way") and (aimed := told.pop("aimed", None)) is not None:
        told |= {name: amount(told[name], aimed.unit) for name in ("amount", "goal", "start") if name in told}
        told["better"] = "下降" if aimed.lower_is_better else "上升"
    return REFUSALS[code].format(**told)


def label(indicator: str) -> str:
    """Return what an indicator is called; of times the mean is meant."""
    aimed = AIMED.get(indicator)
    if aimed is None:
        return indicator
    return f"{aimed.label}（平均）" if aimed.unit == "seconds" else aimed.label


def amount(value: int | None, unit: Unit) -> str:
    """Return an amount as people read it."""
    if value is None:
        return NO_SAMPLE
    match unit:
        case "seconds":
            return _time(value)
        case "share":
            return f"{value / HUNDREDTHS:g}%"
        case "score":
            return f"{value / HUNDREDTHS:g} 分"
        case _:
            return str(value)


def of(value: int | None, aimed: AimedIndicator | None) -> str:
    """Return an amount of an indicator; as a bare number where a later release no longer has it."""
    return amount(value, aimed.unit if aimed is not None else "number")


def gap(target: Any, value: int | None) -> str:
    """Return how far the figure is from the goal."""
    if value is None or target.aimed is None:
        return "–"
    left = abs(target.goal_value - value)
    return "已达到" if target.is_as_good(value, target.goal_value) else f"差 {amount(left, target.aimed.unit)}"


def covers(tier: str | None, queue: str | None) -> str:
    """Return what a target or finding is limited to."""
    return "、".join(each for each in (tier, queue) if each) or "全部"


def reminder(due: OverdueReminder, name: str) -> str:
    """Return what the staff chat is told of an overdue improvement."""
    found = due.improvement
    day = f"{found.due_on:%Y-%m-%d}"
    if due.to == "person":
        return f"【改进】第 {found.id} 项应于 {day} 完成，现已过期，请{name}更新进展。"
    return f"【改进】第 {found.id} 项（经办人{name}）应于 {day} 完成，至今没有结束，请组长跟进。"


def until(day: date, today: date) -> str:
    """Return how long there is until a day, or for how long it is past."""
    days = (day - today).days
    return f"还有 {days} 天" if days > 0 else "今天到期" if days == 0 else f"已过 {-days} 天"


def _time(seconds: int) -> str:
    for size, name in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{round(seconds / size, 2):g} {name}"
    return f"{seconds} 秒"
