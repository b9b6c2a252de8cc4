"""The indicators of `docs/measures.md` for which there may be a target, and which way each gets better; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from escalation.measures.catalogue import CATALOGUE, Unit


@dataclass(frozen=True, slots=True)
class AimedIndicator:
    """An indicator: of times the mean counts; `measure`: what facts it is made of, if of one alone."""

    id: str
    label: str
    unit: Unit
    lower_is_better: bool
    by_queue: bool = True  # whether it can be told by queue and tier


_RATES = (
    AimedIndicator("resolution_rate", "解决率", "share", lower_is_better=False),
    AimedIndicator("fcr_rate", "首次解决率", "share", lower_is_better=False),
    AimedIndicator("reopen_rate", "重开率", "share", lower_is_better=True),
    AimedIndicator("kept_rate", "按时率", "share", lower_is_better=False),
    AimedIndicator("satisfaction", "满意度", "score", lower_is_better=False),
    AimedIndicator("rating_rate", "评价率", "share", lower_is_better=False),
    AimedIndicator("complaint_rate", "投诉率", "share", lower_is_better=True, by_queue=False),
    AimedIndicator("night_coverage", "夜间人工覆盖", "share", lower_is_better=False),
    AimedIndicator("bot_answer_rate", "机器人回答占比", "share", lower_is_better=False, by_queue=False),
    AimedIndicator("bot_alone_rate", "机器人独立解决率", "share", lower_is_better=False, by_queue=False),
    AimedIndicator("helpful_rate", "回答有用率", "share", lower_is_better=False, by_queue=False),
    AimedIndicator("adherence", "抽查符合率", "share", lower_is_better=False),
)
_TIMES = tuple(
    AimedIndicator(
        measure.id, measure.label, measure.unit, lower_is_better=True, by_queue=measure.source != "transcript"
    )
    for measure in CATALOGUE
    if measure.unit == "seconds"
)
AIMED: Mapping[str, AimedIndicator] = {each.id: each for each in (*_RATES, *_TIMES)}
