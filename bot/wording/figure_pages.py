"""Sentences of the pages of figures and of exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote

from bot.wording.report_words import TITLES
from escalation.measures.periods import ReportPeriod

JOURNEY = "工单 #{ticket} 的经过"
A_MOMENT = "不到 1 分钟"
FIRST_RESPONSE = "首次响应"
HEADLINE_ABOUT = {
    "first_response": "从受理到人工第一次回复或打通电话的自然时间，取平均。",
    "resolution_rate": "已解决 ÷（新增工单 + 重新打开 − 并入别的工单 − 客户撤回）。",
    "fcr_rate": "首次解决后七天内没有转交、重开、不满意，同一客户也没有再为同一事由开单的，占七天前解决的工单。",
    "satisfaction": "客户评分（1–5 分）折成 0–100 分的平均：（评分 − 1）× 25。",
    "complaint_rate": "投诉 ÷（登记单位数 + 当期第一次来的未登记访客）。",
    "kept_rate": "按时完成 ÷（按时完成 + 超时），所有时限一起算。",
    "bot_alone_rate": "机器人最后一次回答后 24 小时内没有开单、也没有未结工单的，占机器人最后一次回答的总数。",
}
NOTHING_TO_COMPARE = "{period} 在第一张工单（{first}）之前，没有可比的数字。"
TRENDS = {"better": "好转", "worse": "变差", "same": "持平", "": ""}
KINDS = {"week": "周", "month": "月", "quarter": "季"}
COMPARED = {"": "不对比", "previous": "上一期", "year": "去年同期"}
RAISED, RESOLVED = "新增工单", "已解决"
COURSE = "每日新增与解决"
BARS = "{by}：已解决"
MINE = "我的数据"
ONLY_OWN = "您只能查看自己的数据；所带队列的数据请选择该队列。"
NO_FIGURES = "这里的数据给处理工单的人员、组长、经理和管理员看。"
NO_SUCH_COLLEAGUE = "没有登录名为「{login}」的人员。"
NO_SUCH_MEASURE = "没有「{measure}」这个指标。"
NO_YEAR_DAY = "{year} 年没有 2 月 29 日，请改选日期。"
REVERSED = "结束日期早于开始日期，请重新选择。"
NO_PERIOD = "「{text}」不是一个时期；可以写 2026-W48、2026-11、2026-Q4、2026、2026-11-05，或 2026-11-01..2026-11-15。"
NOT_BEGUN = "{period} 还没有开始，请选择到今天（{today}）为止的时期。"
NOTHING_YET = "还没有任何数据；第一张工单之后几分钟就有。"
BEFORE_FIRST = "{period} 在第一张工单之前，请选择 {first} 起的时期。"
FILE_NAME = "{title} {period}"
TICKET_HEADINGS = ("工单", "等级", "队列", "事由", "状态", "提出", "解决", "评分")
HEADLINE, ABOUT = "主要数字", "说明"
HEADLINE_HEADINGS = ("指标", "数值", "写法", "对比期", "变化", "样本", "口径")
TITLE, PERIOD, FROM, TO, BESIDE, LIMITED, NOTE = "名称", "时期", "开始", "结束", "对比", "筛选", "备注"
ITEM, CONTENT, DAY = "项目", "内容", "日期"
POSTED = "【{title}】{name}{queue} {period}（{first} 至 {last}）"
POSTED_LINE = "{label}：{value}"
POSTED_CHANGE = "（较上期 {change}，{trend}）"
POSTED_LINK = "明细：{address}"
OPINIONS, OPINIONS_TITLE = ("意见", "建议"), "意见与建议：收到多少，办了多少"
OPINIONS_SHEET = "意见与建议"
EVALUATE_FROM = "夜间服务满 {days} 天后评估，即 {day} 起。"
EVALUATE_NOW = "夜间服务已满 {days} 天（{day}），按规则应当评估。"
DIAGNOSIS, DIAGNOSIS_HEADINGS = "诊断表", ("维度", "现状", "目标", "差距", "原因")
DIAGNOSIS_NOTE = "现状为本期的数字，目标见「目标与改进」，原因取自登记的投诉原因和超时、低分、重开的原因。"
DIMENSION, CAUSE, CAUSES_JOINED, NO_CAUSES = "{label}（{covers}）", "{cause} {number} 件", "、", "没有登记原因"


class _Written(Protocol):
    @property
    def text(self) -> str: ...


class _Figure(Protocol):
    """A figure with its change, as `bot/reports` makes it."""

    @property
    def label(self) -> str: ...
    @property
    def value(self) -> _Written: ...
    @property
    def change(self) -> _Written | None: ...
    @property
    def trend(self) -> str: ...


def posted_figures(
    name: str, kind: str, period: ReportPeriod, queue: str, figures: Sequence[_Figure], console: str
) -> str:
    """Return the message of a report to the staff chat: a figure in each line, and where the rest stands."""
    given = {"title": TITLES[kind], "name": name, "queue": f" · {queue}" if queue else "", "period": period.name}
    lines = [POSTED.format(**given, first=period.first, last=period.last)]
    for each in figures:
        change = (
            POSTED_CHANGE.format(change=each.change.text, trend=TRENDS[each.trend])
            if each.change and each.trend
            else ""
        )
        lines.append(POSTED_LINE.format(label=each.label, value=each.value.text) + change)
    address = f"{console}/console/reports?period={period.name}" + (f"&queue={quote(queue)}" if queue else "")
    return "\n".join([*lines, POSTED_LINK.format(address=address)])
