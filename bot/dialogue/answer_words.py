"""How customers answer in plain words what they were sent: only words that can mean nothing else count; pure."""

from __future__ import annotations

import re
from itertools import zip_longest

from escalation.tickets.sent_steps import SentKind, StepAnswer
from knowledge_base.text.normalise import normalise

LONGEST = 60  # characters of a text that answers in passing
# Never 你们 or 您: that they agree is no answer of ours.
_SUBJECT = r"(?:我(?:们)?|这边|这个|这份|此|该|就|那|都|完全|基本|对)*"
_PLAN = r"(?:(?:这个|这份|此|该|新的?|修改后的?|你们的?|您的?|贵司的?)*(?:方案|计划|安排|处理方式))?"
_TAIL = r"(?:了|的|哈|啊|呀|哦|噢|谢谢|辛苦了?|麻烦了?|你们?|您|可以)*"  # not 吧: it asks as well
_AGREES = re.compile(
    rf"{_SUBJECT}{_PLAN}{_SUBJECT}(?:同意|认可|赞成|没有?(?:任何|不同)?(?:意见|异议)|无异议|无意见|确认)(?:执行|处理|办理)?{_PLAN}{_TAIL}"
    rf"|{_SUBJECT}(?:可以|行|好)?(?:就)?按(?:照)?(?:这个|这份|此|该|你们的?)?(?:方案|计划|这个|这样)?(?:来|办|做|处理|执行)吧?{_TAIL}"
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
# A clause in which a refusal may be asked, supposed, denied, quoted, or put off.
_OPEN = re.compile(
    r"[?？吗]|[么呢]$|怎|什么|哪|是否|是不是|会不会|如果|要是|假如|万一|的话|还是不|(.)[不没]\1"
    r"|(?:没有?|不是|并非|没说|没什么|没有任何)(?:说|我|我们|任何)?不"
    r"|按钮|对(?!.{0,12}(?:方案|计划|安排|这个|这份|此|该)).{1,12}有.{0,2}(?:意见|异议)"
    r"|(?:意见|异议|问题)(?:时|了?(?:我们?|你们?|您)?(?:再|会|随时|就(?!是)))"
    r"|(?:先|暂|暂时|今[天日]|明[天日]|现在|目前|等.{0,4}|稍后|晚点).{0,2}不(?:能)?验收|还(?:没|没有|未)(?:能)?(?:通过|验收)"
)
_QUOTES = re.compile(r"[「」“”\"]")  # normalising drops them
_LATER = re.compile(r"(?:我们?)?(?:再|随时|就(?!是))")  # 还有问题，再找你们
# Beside assent: what may take it back, put it off, or tie it to something.
_DOUBT = re.compile(
    r"[不没未别先再等还问想改换加减价钱贵若能吧]|商量|考虑|领导|老板|便宜|另外|除|条件|需要|希望|要求|最好|应该|大概|也许|估计|反正|算了|随便|随你"
)
_EASY = re.compile(r"(?:没|没有)(?:什么)?问题|没事|不客气")

_CLAUSE = re.compile(r"[，。,.!！;；、~\s]+")


def answer_in(text: str, kind: SentKind | None) -> StepAnswer | None:
    """Return what a text answers to the latest thing that was sent; None where it may mean something else.

    Assent that could be said of anything (好的, 收到) answers nothing.
    """
    if kind is None or not text.strip():
        return None
    yes, no = (_AGREES, _OBJECTS) if kind == "plan" else (_ACCEPTS, _REFUSES)
    answers: tuple[StepAnswer, StepAnswer] = ("agreed", "objected") if kind == "plan" else ("accepted", "problem")
    written = [each for each in _CLAUSE.split(text) if each]
    clauses = [normalise(each).replace(" ", "") for each in written]
    told = [each if not _QUOTES.search(raw) else "" for each, raw in zip(clauses, written, strict=True)]
    if any(_refuses(no, each, after) for each, after in zip_longest(told, clauses[1:], fillvalue="")):
        return answers[1]
    words = "".join(clauses)
    if len(words) > LONGEST or _ASKS.search(words) or _ASKS.search(text):
        return None
    rest = [each for each in clauses if not yes.fullmatch(each)]
    doubted = any((_DOUBT.search(each) or no.search(each)) and not _EASY.fullmatch(each) for each in rest)
    return answers[0] if len(rest) < len(clauses) and not doubted else None


def _refuses(no: re.Pattern[str], clause: str, after: str) -> bool:
    return no.search(clause) is not None and not _OPEN.search(clause) and not _LATER.match(after)
