"""Sentences about the threshold for answering, for whoever keeps the knowledge base."""

from __future__ import annotations

from knowledge_base.adjusting.adjustment_store import ThresholdChange
from knowledge_base.adjusting.decision import CASES, CUSTOMERS

_USE = "近期真实使用共 {cases} 例（来自 {customers} 位客户，每位客户每天算一例），其中 {realised} 答对"
_MORE = "今后把握稍低的问题也会直接回答。"
_LESS = "今后把握不足的问题会先问清楚，或转人工。"
_NO_MORE = "不需要自动调整时，请运行 jiedai kb adjust --off。"
_SENTENCES = {
    "too_few": f"回答门槛未调整：只有 {{cases}} 例（来自 {{customers}} 位客户），满 {CASES} 例才作比较。",
    "few_customers": f"回答门槛未调整：{{cases}} 例只来自 {{customers}} 位客户，满 {CUSTOMERS} 位客户才作比较。",
    "only_exact": "回答门槛未调整：目前只回答与知识库原句一致的问题。",
    "as_promised": f"回答门槛未调整：{_USE}，与约定的 {{promise}} 相符。",
    "worse": f"回答门槛从 {{threshold}} 调高到 {{moved_to}}：{_USE}，低于约定的 {{promise}}。{_LESS}{_NO_MORE}",
    "better": f"回答门槛从 {{threshold}} 调低到 {{moved_to}}：{_USE}，高于约定的 {{promise}}。{_MORE}{_NO_MORE}",
    "at_the_end": f"回答门槛保持 {{threshold}}，不能再调：{_USE}，约定为 {{promise}}。",
    "on": "已开启回答门槛的每晚自动调整，目前为 {threshold}。",
    "off": "已关闭回答门槛的每晚自动调整，目前保持 {threshold}。",
    "reset": "回答门槛已恢复为从知识库学到的 {moved_to}（原为 {threshold}）。",
}


def adjustment_in_words(found: ThresholdChange) -> str:
    """Return what a line of the record says."""
    return _SENTENCES[found.why].format(
        cases=found.cases,
        customers=found.customers,
        realised=_percent(found.realised),
        promise=_percent(found.promise),
        threshold=f"{found.threshold:.2f}",
        moved_to=f"{found.moved_to:.2f}",
    )


def told_to_keeper(found: ThresholdChange) -> str:
    """Return what the staff chat is told."""
    return f"【知识库】{adjustment_in_words(found)}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %".replace(".0 %", " %")
