"""Sentences and labels of supervision by sampling: pages, refusals, notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.supervision.refusals import SupervisionFault

LOOKS_AT = {"wording": "标准用语", "steps": "步骤", "attitude": "态度", "record": "记录完整"}
ANSWERS = {"yes": "是", "no": "否", "na": "不适用"}
STATES = {"drawn": "待评分", "draft": "已存草稿", "scored": "已评分"}
OUTCOMES = {"upheld": "异议成立", "explained": "维持评分"}
GROUPS = {"period": "按月份", "tier": "按等级", "agent": "按坐席", "queue": "按队列"}

ONLY_SUPERVISORS = "抽查结果由组长、主管和管理员查看，如需了解请联系组长。"
NOT_YOURS = "这条抽查记录不对您开放；您自己的抽查评分在「我的抽查」里。"
NO_SECTION = "政策里没有「supervision」一节，现在不抽查。"
NO_PERIOD = "请把时段写成 2026-11 或 2026-Q4 这样。"
NO_AGENT = "没有这位坐席，或不是您负责的队列的坐席。"
BAD_SHARE = "比例须大于 0 且不超过 100，最多两位小数，例如 5 或 12.5。"
BAD_DAYS = "天数须为 1 到 3650 的整数。"
ERASED = "这张工单的对话已经删除，评分保留。"
OUT_OF_SIGHT = "您无权查看这张工单的对话，只能看到评分。"
OTHER_EDITION = "检查表在抽取之后修改过。这条记录按抽取时的检查表（版本 {drawn}）评分，现行版本是 {current}。"
HAS_LEFT = "{name}的账号已停用，其抽查评分保留。"
INFORMS = "这些数据供考核参考，由负责人综合判断；系统不会据此自动扣减任何待遇。"
NOTHING_INSPECTED = "这个时段没有抽查记录。"

DONE = {
    "draw": "已抽取，种子和张数见下面的抽取记录。",
    "save": "草稿已保存，提交前只有您能看到。",
    "submit": "评分已提交，已通知对方。",
    "rectify": "整改已下达，对方会收到通知。",
    "object": "异议已提交，会由质检员以外的人答复。",
    "answer": "异议已答复，双方会收到通知。",
    "done": "已记录整改完成情况。",
}

REFUSALS: Mapping[SupervisionFault, str] = {
    "no_section": NO_SECTION,
    "not_inspector": "{name}不是质检员，不能为其抽取。",
    "may_not_draw": "抽取由质检员和主管进行。",
    "bad_count": "一次最多抽取 {most} 张，至少 1 张。",
    "bad_period": "时段的结束须晚于开始。",
    "nothing_ended": "这个时段没有由坐席经办并结束的工单，无可抽取；请换一个时段。",
    "nothing_left": "这个时段结束的工单都已评分、已抽取过，或不能由这位质检员检查。",
    "no_such_record": "没有这条抽查记录。",
    "not_drawn": "工单 #{ticket} 没有抽给您，不能评分。",
    "own_ticket": "您经办或协助过工单 #{ticket}，须由其他质检员检查。",
    "closed_to_you": "工单 #{ticket} 对您保密，不能评分。",
    "scored_by_you": "工单 #{ticket} 您已经提交过评分，每条记录只提交一次。",
    "scored_by_other": "工单 #{ticket} 已由{name}先提交评分，您的评分没有保存。",
    "unknown_item": "这次抽查的检查表里没有「{item}」这一项，请刷新页面后再填。",
    "bad_answer": "「{label}」的选择无效，请重新选择。",
    "unanswered": "「{label}」还没有选择，每一项都要选。",
    "nothing_applies": "至少要有一项适用；全部不适用的记录不能评分。",
    "too_long": "文字太长，最多 {most} 字，请删减后再提交。",
    "not_scored": "工单 #{ticket} 还没有提交评分，请先提交评分。",
    "not_your_score": "这不是对您的评分，您不能提出异议。",
    "objected": "您已经对这次评分提出过异议，每次评分只能提出一次。",
    "objection_late": "提出异议的期限（{until}）已过。",
    "no_words": "请写明内容。",
    "no_objection": "这次评分没有人提出异议。",
    "answered": "这项异议已由{name}答复，不能再次答复。",
    "own_score": "评分人和被评分人都不能答复这项异议，请由其他人答复。",
    "may_not_answer": "异议由这个队列的组长、主管或管理员答复。",
    "no_outcome": "请选择异议成立还是维持评分。",
    "unchanged": "异议成立时须至少改一项；如果各项都不改，请选择维持评分。",
    "may_not_rectify": "整改由评分的质检员、这个队列的组长或主管下达。",
    "no_person": "请选择由谁整改。",
    "person_left": "这位同事的账号已停用，请选择其他人。",
    "person_unfit": "{name}看不到这张工单，请选择其他人整改。",
    "no_measure": "请写明整改措施。",
    "no_day": "请填写整改的最后日期。",
    "day_past": "整改的最后日期不能早于今天。",
    "no_such_rectification": "没有这项整改。",
    "not_your_rectification": "整改由整改人、这个队列的组长或主管记录完成。",
    "rectified": "这项整改已经记录完成。",
}

_SCORED = "【抽查】#{ticket} 已评分：{score} 分。可以在「我的抽查」里查看各项和评语，{until} 前可以提出一次异议。"
_OBJECTED = "【抽查】#{ticket}：{agent}对 {score} 分提出异议，请质检员以外的人在「抽查」里答复。"
_UPHELD = "【抽查】#{ticket} 的异议成立：评分由 {before} 分改为 {after} 分，原评分保留可查。"
_EXPLAINED = "【抽查】#{ticket} 的异议已答复：维持 {before} 分，说明在「抽查」里。"
_ASKED = "【整改】#{ticket}：请{person}在 {day} 前完成整改，内容在「抽查」里。"
_SOON = "【整改】#{ticket}：{person}的整改 {day} 到期，完成后请记录做了什么。"
_OVERDUE = "【整改】#{ticket}：{person}的整改已过 {day}，还没有完成记录，请组长跟进。"


def scored(ticket: int, score: int, until: str) -> str:
    """Return what the agent is told."""
    return _SCORED.format(ticket=ticket, score=score, until=until)


def objected(ticket: int, score: int, agent: str) -> str:
    """Return what inspector, leads and managers are told."""
    return _OBJECTED.format(ticket=ticket, score=score, agent=agent)


def answered(ticket: int, before: int, after: int | None) -> str:
    """Return what agent and inspector are told; without `after` the score stays."""
    if after is None:
        return _EXPLAINED.format(ticket=ticket, before=before)
    return _UPHELD.format(ticket=ticket, before=before, after=after)


def rectification(what: str, ticket: int, person: str, day: str) -> str:
    """Return what is told of a rectification: asked, soon or overdue."""
    return {"asked": _ASKED, "soon": _SOON, "overdue": _OVERDUE}[what].format(ticket=ticket, person=person, day=day)


def refusal(code: SupervisionFault, values: Mapping[str, Any]) -> str:
    """Return the sentence of the console for what is refused."""
    return REFUSALS[code].format(**values)


def answer_label(answer: str) -> str:
    """Return an answer as people read it."""
    return ANSWERS.get(answer) or f"{answer} 分"


def percent(share: int) -> str:
    """Return hundredths of a percent as 5% or 12.5%."""
    return f"{share / 100:g}%"
