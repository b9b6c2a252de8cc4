"""Every measure of `docs/measures.md`: what it is called, what it counts, and where it comes from; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["number", "seconds", "score", "share"]
Source = Literal["history", "transcript", "deadlines", "console", "count"]
UNITS: Mapping[Unit, str] = {"number": "件", "seconds": "秒", "score": "分", "share": "比率"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its label and one sentence for people, its unit, and what its part and its agent are.

    `unit` share: each fact is 1 or 0. `recorded`: facts begin with the release that records them.
    """

    id: str
    label: str
    about: str
    unit: Unit = "number"
    source: Source = "history"
    agent: str = ""  # whose fact it is; empty: nobody's
    part: str = ""
    recorded: bool = False


_RESOLVER, _MAKER, _HOLDER = "解决人", "操作人", "当时的负责人"
_BEFORE = "此前的负责人"
_SOLVED_BY = "最近一次解决的人"

CATALOGUE: tuple[Measure, ...] = (
    Measure("raised", "新增工单", "新开的工单数，取自工单历史。", agent="手工建单的人", part="转人工的原因"),
    Measure("reopened", "重新打开", "结束后又打开的次数，取自工单历史。", agent="此前的负责人，没有则最近的解决人"),
    Measure("merged", "并入别的工单", "并入同一件事的另一张工单的工单数，取自工单历史。", agent="合并的人"),
    Measure("withdrawn", "客户撤回", "客户自己撤回的工单数，取自工单历史。", agent=_HOLDER),
    Measure("lapsed", "等不到客户而关闭", "等客户回复等不到而关闭的工单数，取自工单历史。", agent=_HOLDER),
    Measure("resolved", "已解决", "标记为已解决的次数，撤销的不算，取自工单历史。", agent=_RESOLVER),
    Measure("resolution_time", "解决用时", "从客户提出到解决的自然时间，取自工单历史。", "seconds", agent=_RESOLVER),
    Measure(
        "response_raised",
        "首次响应（自客户提出）",
        "从客户提出到人工第一次回复或打通电话的自然时间。",
        "seconds",
        agent=_MAKER,
    ),
    Measure(
        "response_raised_working",
        "首次响应（自客户提出，按服务时间）",
        "从客户提出到人工第一次回复或打通电话，只计所在队列的服务时间。",
        "seconds",
        agent=_MAKER,
    ),
    Measure(
        "response_received",
        "首次响应（自受理）",
        "从受理到人工第一次回复或打通电话的自然时间。",
        "seconds",
        agent=_MAKER,
    ),
    Measure(
        "response_received_working",
        "首次响应（自受理，按服务时间）",
        "从受理到人工第一次回复或打通电话，只计所在队列的服务时间。",
        "seconds",
        agent=_MAKER,
    ),
    Measure(
        "fcr",
        "首次解决",
        "首次解决后七天内没有转交、重开、不满意，同一客户也没有再为同一事由开单，记 1，否则记 0。",
        "share",
        agent=_RESOLVER,
    ),
    Measure("claimed", "认领", "认领工单的次数，取自工单历史。", agent="认领人"),
    Measure("transferred", "转交、收回改派", "转交和被收回改派的次数，取自工单历史。", agent=_BEFORE),
    Measure("hands", "经手人数", "到解决为止先后负责过的人数，取自工单历史。", agent=_RESOLVER),
    Measure("contacts", "每件事客户联系次数", "到解决为止客户来联系的次数，含第一次，取自工单历史。", agent=_RESOLVER),
    Measure(
        "handover_gap",
        "接手到下一步",
        "新的负责人接手后到其第一个动作的自然时间，认领和知悉不算动作。",
        "seconds",
        agent="新的负责人",
    ),
    Measure("step_wait", "方案各步之间的等待", "方案一步完成时距上一步的自然时间。", "seconds", agent=_MAKER),
    Measure(
        "milestone_kept",
        "按时完成",
        "在期限内完成的时限数，取自工单时限。",
        source="deadlines",
        agent=_HOLDER,
        part="时限",
    ),
    Measure(
        "milestone_late",
        "超时",
        "超过期限的时限数；只提醒的目标每轮最多记一次。",
        source="deadlines",
        agent=_HOLDER,
        part="时限",
    ),
    Measure(
        "milestone_time",
        "完成用时",
        "时限从开始到完成的自然时间，超时完成的也算。",
        "seconds",
        "deadlines",
        agent=_HOLDER,
        part="时限",
    ),
    Measure("rated", "满意度", "客户评分（1–5 分）折成 0–100 分：（评分 − 1）× 25。", "score", agent=_SOLVED_BY),
    Measure("rated_dimension", "分项满意度", "客户分项评分折成 0–100 分。", "score", agent=_SOLVED_BY, part="分项"),
    Measure("complaint", "投诉", "工单成为投诉的次数，取自工单历史。", agent=_HOLDER),
    Measure(
        "complaint_response", "投诉响应", "从成为投诉到人工第一次回复或打通电话的自然时间。", "seconds", agent=_MAKER
    ),
    Measure("complaint_closure", "投诉办结", "从成为投诉到第一次解决的自然时间。", "seconds", agent=_RESOLVER),
    Measure("cause", "投诉原因", "登记的投诉原因数，取自工单历史。", agent=_MAKER, part="原因"),
    Measure(
        "cause_of",
        "超时、低分、重开的原因",
        "事后登记的超时、低分、重开的原因数，重复登记的不计。",
        agent=_MAKER,
        part="哪类事:原因",
        recorded=True,
    ),
    Measure("night_raised", "夜间来件", "夜间服务时段内新开的工单数，取自工单历史。"),
    Measure("night_contacted", "当夜已人工联系", "夜间新开、当夜结束前人工已联系到的工单数。", agent=_MAKER),
    Measure(
        "handling_time",
        "处理时长",
        "人员打开工单并在操作的时间，到解决为止，由控制台记录。",
        "seconds",
        "console",
        agent=_RESOLVER,
        recorded=True,
    ),
    Measure(
        "published_used",
        "坐席用了知识库已有的答案",
        "回复与已发布的答案相同或相近的次数。",
        agent="回复人",
        part="文章",
        recorded=True,
    ),
    Measure(
        "wrongly_silent",
        "机器人该答未答",
        "机器人转了人工，而坐席用已发布的答案回复的工单数。",
        agent="回复人",
        part="文章",
        recorded=True,
    ),
    Measure("bot_answered", "机器人回答", "机器人给出已发布答案的次数。", source="transcript", part="文章"),
    Measure("bot_answer_time", "机器人回答用时", "从客户最近一条消息到机器人回答的时间。", "seconds", "transcript"),
    Measure(
        "bot_alone",
        "机器人独立解决",
        "机器人最后一次回答后 24 小时内没有开单，也没有未结的工单，记 1，否则记 0。",
        "share",
        "transcript",
    ),
    Measure("bot_helped", "客户说有用", "客户点「有用」的次数，取自对话记录。", source="transcript", part="文章"),
    Measure("bot_rejected", "客户说没用", "客户点「没用」的次数，取自对话记录。", source="transcript", part="文章"),
    Measure("customer_line", "客户消息", "客户发来的消息数，取自对话记录。", source="transcript"),
    Measure("retold", "重复说的信息", "客户在未结工单上又说了一遍的编号、号码的个数。", source="transcript"),
    Measure("stranger_wrote", "未登记的来访者", "当月第一次来消息的未登记客户数，取自对话记录。", source="transcript"),
    Measure("organisations", "登记单位数", "每天结束时登记在册的单位数。", source="count", recorded=True),
    Measure("held", "手上工单", "每天结束时每人手上未结的工单数。", source="count", agent="持有人", recorded=True),
)
MEASURES: Mapping[str, Measure] = {measure.id: measure for measure in CATALOGUE}
OF_ARTICLES = frozenset(measure.id for measure in CATALOGUE if measure.part == "文章")
WITH_PERCENTILES = frozenset(measure.id for measure in CATALOGUE if measure.unit == "seconds")
