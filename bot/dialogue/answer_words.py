"""How customers answer in plain words what they were sent: only words that can mean nothing else count; pure."""

from __future__ import annotations

import re

from escalation.tickets.sent_steps import SentKind, StepAnswer
from knowledge_base.text.normalise import normalise

LONGEST = 60  # characters of a text that answers in passing
_SUBJECT = r"(?:我(?:们)?|这边|这个|这份|此|该|你们的?|您的?|贵司的?|就|那|都|完全|基本|对)*"
_PLAN = r"(?:(?:这个|这份|此|该|新的?|修改后的?)?(?:方案|计划|安排|处理方式))?"
_TAIL = r"(?:了|的|吧|哈|啊|呀|哦|噢|呢|谢谢|辛苦了?|麻烦了?|你们?|您|可以)*"
_AGREES = re.compile(
    rf"{_SUBJECT}{_PLAN}(?:同意|认可|赞成|没有?意见|没有?异议|无异议|无意见|确认)(?:执行|处理|办理)?{_PLAN}{_TAIL}"
    rf"|{_SUBJECT}(?:可以|行|好)?(?:就)?按(?:照)?(?:这个|这份|此|该|你们的?)?(?:方案|计划|这个|这样)?(?:来|办|做|处理|执行){_TAIL}"
    rf"|{_SUBJECT}(?:方案|计划)(?:可以|没问题|没有问题|行|挺好|很好|不错){_TAIL}"
)
_OBJECTS = re.compile(
    r"不(?:太|能|会|大)?(?:同意|认可|接受|赞成)|(?<![没无])有(?:点|些|不同)?(?:异议|意见)|(?:方案|计划|安排)(?:不行|不可以|不合适|不合理|有问题)"
    r"|(?:不能|没法|无法)(?:同意|接受)"
)
_ACCEPTS = re.compile(
    rf"{_SUBJECT}(?:验收)?(?:已经?)?(?:通过|合格)(?:验收)?{_TAIL}|{_SUBJECT}(?:已经?|同意|确认|完成)?(?:验收)(?:通过|合格|没问题|完成|好|过){_TAIL}"
    rf"|{_SUBJECT}(?:已经?|同意|确认){_SUBJECT}验收{_TAIL}"
)
_REFUSES = re.compile(
    r"(?:验收)?(?:不|没|没有|未)(?:能)?(?:通过|合格)|还(?:是)?有(?:点|些|其他|别的)?问题|不(?:能)?验收|没法验收|无法验收"
)
_ASKS = re.compile(r"[?？]|吗|么$|呢$|怎么|什么|是否|能不能|可不可以|如果|要是|除非|但|不过|只是|前提")

_CLAUSE = re.compile(r"[，。,.!！;；、~\s]+")
_QUESTION = ("?", "？", "吗", "么")


def answer_in(text: str, kind: SentKind | None) -> StepAnswer | None:
    """Return what a text answers to the latest thing that was sent; None where it may mean something else.

    Assent that could be said of anything (好的, 收到) answers nothing.
    """
    if kind is None or not text.strip():
        return None
    words = normalise(text).replace(" ", "")
    yes, no = (_AGREES, _OBJECTS) if kind == "plan" else (_ACCEPTS, _REFUSES)
    answers: tuple[StepAnswer, StepAnswer] = ("agreed", "objected") if kind == "plan" else ("accepted", "problem")
    if no.search(words) and not _is_question(text):
        return answers[1]
    if len(words) > LONGEST or _ASKS.search(words) or _ASKS.search(text):
        return None
    clauses = [each for each in _CLAUSE.split(text) if each]
    return answers[0] if any(yes.fullmatch(normalise(each).replace(" ", "")) for each in clauses) else None


def _is_question(text: str) -> bool:
    return text.rstrip().endswith(_QUESTION)
