"""Titles of tickets: what a customer said, as a sentence that a colleague understands; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.wording.corrections import settled
from bot.wording.labels import CHANNELS
from bot.wording.title_clauses import TitleClause, clauses_of

LONGEST = 60  # characters of a title
_BESIDE = 12  # characters of a line that only says more of the line before it
_TELLS = 0.3  # weight from which a clause stands in a title
_FIRST, _DETAIL = 0.25, 0.3  # what clauses of the first line gain, which says what the matter is; and short details
_BESIDE_IT = 0.15  # what a clause loses for each weightier one of its line
_REPEATS = 0.75  # share of a clause's pairs of signs that were said before: it says nothing new

# Says which one is meant, and nothing of what is wrong with it.
_SPECIFIES = re.compile(
    r"^(?:是|就是|在|就在|型号|机型|牌子|品牌|用的是|用的|买的是|买的|我这是|我们是|我是说|就那台|就这台)"
)
# Atomic and possessive: what could be cut in many ways must not be tried in all of them.
_SAYS_NOTHING = re.compile(
    r"(?>第?[一二两三四五六七八九十百0-9]+(?:个|条|项|种|款|张|台|号|点|次|分|星)?|[这那](?:个|些|样|里|儿|台)?|就?是?[这那]个|是的?"
    r"|怎么办|没有|不是|不对|不行|都不是|可以|好的|[对好行嗯哦噢啊呀吧呢嘛]|ok|okay|yes|no"
    r"|(?:我们?|这边)?(?:很|特别|非常|真的|比较|有点|挺)?(?:急用|着急|紧急|急)(?:得很|死了|了)?|我?要?投诉(?:你们)?"
    r"|(?:还)?(?:有)?人(?:吗|呢|在吗)|(?:还)?在(?:吗|不在|不|么)|快点|喂|谢谢|转人工|人工(?:客服)?|客服)++",
    re.IGNORECASE,
)
# A number by itself, with what it is called: for the card and the transcript, not for a title.
_NUMBER = re.compile(
    r"(?:我的?|我们的?|这是|就是|是|这个)?(?:订单号?|订单编号|单号|运单号?|序列号|机身号|机身序列号|编号|机号|合同号|SN|手机号?"
    r"|电话号?码?|号码|联系方式|联系电话|微信号?|邮箱|QQ)?(?:是|为)?(?=[^0-9*@]*[0-9*@])[A-Za-z0-9@.*+_-]{5,}",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"(?<=[0-9*])[ -](?=[0-9*])")  # a number
_BETWEEN = re.compile(r"[，,。;；、:：\s]+")
_SIGNS = re.compile(r"[\W_]+")

_UNSAID = {
    "asked_for_person": "客户要求人工，尚未说明事由",
    "complaint": "客户表示不满，尚未说明事由",
    "critical": "客户报告紧急情况，请尽快联系确认",
    "missed_twice": "机器人没答上，客户尚未说清事由",
    "own_person": "客户来联系，尚未说明事由",
    "bot_held_long_enough": "客户来联系，尚未说明事由",
    "file": "客户发来文件，未附文字",
    "export": "客户申请导出个人信息",
    "forget": "客户申请删除个人信息",
    "tier_objection": "客户对服务评定有异议",
}
_UNKNOWN = "客户通过{channel}来联系，尚未说明事由"
_SENT = {"image": "图片", "audio": "语音", "video": "视频"}
_SENT_FILE, _SENT_PLACE = "客户发来{kind}：{name}，未附文字", "客户发来位置：{name}，未附文字"
_UNSAID_ANYWHERE = re.compile(
    "|".join(re.sub(r"\\{\w+\\}", ".*", re.escape(text)) for text in (_UNKNOWN, _SENT_FILE, _SENT_PLACE))
)
_PLACE = re.compile(r"^位置[：:]\s*")


def unsaid(reason: str, channel: str) -> str:
    """Return the title of a ticket whose customer has said nothing of the matter yet."""
    return _UNSAID.get(reason) or _UNKNOWN.format(channel=CHANNELS.get(channel, channel))


def sent_file(name: str, mime: str) -> str:
    """Return the title of a ticket whose customer has sent a file and no words."""
    return _SENT_FILE.format(kind=_SENT.get(mime.split("/", maxsplit=1)[0], "文件"), name=name[:LONGEST])


def sent_place(line: str) -> str:
    """Return the title of a ticket whose customer has sent a place and no words."""
    return _SENT_PLACE.format(name=_PLACE.sub("", line)[:LONGEST])


def is_unsaid(title: str) -> bool:
    """Whether a title says only that nothing was said of the matter, or what was sent instead of words."""
    return title in _UNSAID.values() or _UNSAID_ANYWHERE.fullmatch(title) is not None


def says_something(text: str) -> bool:
    """Whether a line by itself tells anything: not a number with or without its name, a yes, an ordinal, signs."""
    plain = _SIGNS.sub("", text)
    if len(plain) < 2 or plain.isdigit() or _is_number(text):
        return False
    return _SAYS_NOTHING.fullmatch(plain) is None


def _is_number(text: str) -> bool:
    parts = [part for part in _BETWEEN.split(_INSIDE.sub("", text)) if part]
    told = [part for part in parts if _NUMBER.fullmatch(part)]
    return bool(told) and all(part in told or _NUMBER.fullmatch(f"{part}00000") for part in parts)


def title(
    lines: Sequence[str],
    weight: Callable[[Sequence[TitleClause]], Sequence[float]],
    topics: Callable[[Sequence[TitleClause]], Sequence[str | None]] | None = None,
) -> str:
    """Return the title of a matter said in these lines; empty if none of them tells anything.

    The clauses with the greatest `weight` in their order, those of another matter after 「；」, corrected where the
    customer put something right. The first matter is told whatever else was said, each
    further one before details of any.
    """
    clauses = telling(lines, weight)
    matters = _matters([clause for clause, _ in clauses], topics)
    return _joined(_chosen(clauses, matters))


def telling(
    lines: Sequence[str], weight: Callable[[Sequence[TitleClause]], Sequence[float]]
) -> list[tuple[TitleClause, float]]:
    """Return the clauses that tell of the matter, each with its weight; if none tells enough, the weightiest."""
    said = [clause for number, line in enumerate(settled(lines)) for clause in clauses_of(line, number)]
    said = _unrepeated([clause for clause in said if says_something(clause.text)])
    first = said[0].line if said else 0
    weighed = [
        (each, told + _FIRST * (each.line == first) + _DETAIL * _is_detail(each.text, ""))
        for each, told in zip(said, weight(said), strict=True)
    ]
    found = [each for each in weighed if each[1] >= _TELLS]
    return found or sorted(weighed, key=lambda each: -each[1])[:1]


def _unrepeated(clauses: Sequence[TitleClause]) -> list[TitleClause]:
    """The clauses that say something which was not said before them."""
    kept: list[TitleClause] = []
    known: set[str] = set()
    for clause in clauses:
        pairs = {clause.text[at : at + 2] for at in range(len(clause.text) - 1)}
        if len(pairs & known) < _REPEATS * len(pairs):
            kept.append(clause)
        known |= pairs
    return kept


def _matters(
    clauses: Sequence[TitleClause], topics: Callable[[Sequence[TitleClause]], Sequence[str | None]] | None
) -> list[int]:
    """The number of each clause's matter: a new one begins where the customer says so, or another topic is clear."""
    about = topics(clauses) if topics is not None and clauses else [None] * len(clauses)
    found, present = [], about[0] if about else None
    number = 0
    for at, (clause, topic) in enumerate(zip(clauses, about, strict=True)):
        turns = clause.line != clauses[at - 1].line and None not in (topic, present) and topic != present
        if at and (clause.another or turns):
            number += 1
            present = topic
        present = present or topic
        found.append(number)
    return found


def _chosen(clauses: Sequence[tuple[TitleClause, float]], matters: Sequence[int]) -> list[tuple[TitleClause, int]]:
    """As many clauses as a title holds: the first, the weightiest of each matter, then the others by weight."""
    order = _by_weight(clauses)
    first = {matter: next(at for at in order if matters[at] == matter) for matter in dict.fromkeys(matters)}
    chosen: list[int] = []
    for at in dict.fromkeys((*range(min(1, len(clauses))), *first.values(), *order)):
        if sum(len(clauses[each][0].text) + 2 for each in (*chosen, at)) <= LONGEST + 2:
            chosen.append(at)
    return [(clauses[at][0], matters[at]) for at in sorted(chosen)]


def _by_weight(clauses: Sequence[tuple[TitleClause, float]]) -> list[int]:
    """The weightiest first; whatever a line says beside its weightiest clause weighs less."""
    order = sorted(range(len(clauses)), key=lambda at: (-clauses[at][1], at))
    lines: list[int] = []
    worth: dict[int, float] = {}
    for at in order:
        worth[at] = clauses[at][1] - _BESIDE_IT * lines.count(clauses[at][0].line)
        lines.append(clauses[at][0].line)
    return sorted(order, key=lambda at: (-worth[at], at))


def _joined(clauses: Sequence[tuple[TitleClause, int]]) -> str:
    """Clauses as one sentence; a short one that only specifies the one before it stands in brackets."""
    told, last = "", 0
    for place, (clause, matter) in enumerate(clauses):
        if told and matter == last and _is_detail(clause.text, told):
            told += f"（{clause.text}）"
        else:
            told += ("" if not told else "；" if matter != last else "" if told[-1] == "？" else "，") + clause.text
        if clause.asks and place < len(clauses) - 1 and matter == clauses[place + 1][1]:
            told += "？"
        last = matter
    return told


def _is_detail(clause: str, told: str) -> bool:
    return len(clause) <= _BESIDE and _SPECIFIES.search(clause) is not None and not told.endswith(("）", "？"))
