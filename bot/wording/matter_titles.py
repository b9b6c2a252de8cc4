"""Titles of tickets: what a customer said, as a sentence that a colleague understands; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.wording.labels import CHANNELS

LONGEST = 60  # characters of a title
_BESIDE = 12  # characters of a line that only says more of the line before it

# Said before the matter, or after it; a colleague needs none of it.
_OPENINGS = re.compile(
    r"^(?:(?:你好|您好|哈喽|hello|hi|喂|在吗|在不在|在不|有人吗|请问一下|请问|想问一下|我想问一下|我想问|想问|问一下|麻烦问下|麻烦问一下"
    r"|打扰了|打扰一下|打扰|不好意思|师傅|老板|客服|亲|各位)(?:啊|呀|哈)?(?:[，。！？、,.!?~～…\s]+|(?=[我你您咱这那打请机怎为什能可有]|$))"
    r"|(?:那个|就是说|就是|[嗯呃啊哎唉]+)[，。！？、,.!?~～…\s]+|[，。！？、,.!?~～…\s]+)",
    re.IGNORECASE,
)
_ENDINGS = re.compile(
    r"(?:[，。！、,.!~～…\s]|(?:谢谢|多谢|谢了|麻烦了|麻烦您了|麻烦你了|拜托了|辛苦了)(?:啦|了|哈|您|你)?"
    r"|(?:帮我?|请|直接)?(?:转接?|找|接|要|换)(?:个|到|下|一下)?(?:人工客服|人工|真人|客服|专员))+$"
)
_MARK = re.compile(r"[，。！？；、,!?;：:…\n]+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")  # between fragments
_NEXT = re.compile(r"(?=但是|可是|不过|然后|而且|并且|结果|所以|因为|如果|还有|另外|后来|现在)")
# Says which one is meant, and nothing of what is wrong with it.
_SPECIFIES = re.compile(
    r"^(?:是|就是|在|型号|机型|牌子|品牌|用的是|用的|买的是|买的|我这是|我们是|我是说|就那台|就这台)"
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


def title(lines: Sequence[str], weight: Callable[[str], float]) -> str:
    """Return the title of a matter said in these lines; empty if none of them tells anything.

    Everything that was said if that is short enough; otherwise the clauses with the greatest `weight`, in their order.
    """
    bare = [line for line in (_bare(line) for line in lines) if says_something(line)]
    unique = list(dict.fromkeys(bare))
    whole = _joined(unique)
    if len(whole) <= LONGEST:
        return whole
    return _joined(_weightiest([clause for line in unique for clause in _clauses(line)], weight))


def _bare(line: str) -> str:
    line = _SPACE.sub("，", " ".join(line.split()))
    while (shorter := _ENDINGS.sub("", _OPENINGS.sub("", line))) != line:
        line = shorter
    return line


def _joined(lines: Sequence[str]) -> str:
    """Lines as one sentence; a short one that only specifies the line before it stands in brackets."""
    told = ""
    for line in lines:
        if told and len(line) <= _BESIDE and _SPECIFIES.search(line) and not told.endswith("）"):
            told += f"（{line}）"
        else:
            told += ("" if not told or told[-1] in "？?！!" else "，") + line
    return told


def _clauses(line: str) -> list[str]:
    """The clauses of a line; what is still too long without a mark is cut where another thought begins."""
    found = [clause for clause in (_bare(part) for part in _MARK.split(line)) if says_something(clause)]
    return [piece for clause in found for piece in _pieces(clause)]


def _pieces(clause: str) -> list[str]:
    if len(clause) <= LONGEST:
        return [clause]
    parts = [part for part in _NEXT.split(clause) if part]
    if len(parts) > 1:
        return [piece for part in parts for piece in _pieces(part)]
    width = LONGEST - 2  # what has no seam is shown as the part of something longer that it is
    return [
        f"{'…' if begin else ''}{clause[begin : begin + width]}{'…' if begin + width < len(clause) else ''}"
        for begin in range(0, len(clause), width)
    ]


def _weightiest(clauses: Sequence[str], weight: Callable[[str], float]) -> list[str]:
    """As many clauses as a title holds, the weightiest first chosen, in the order in which they were said."""
    order = sorted(range(len(clauses)), key=lambda place: (-weight(clauses[place]), place))
    chosen: list[int] = []
    for place in order:
        if sum(len(clauses[each]) + 1 for each in (*chosen, place)) <= LONGEST + 1:
            chosen.append(place)
    return [clauses[place] for place in sorted(chosen)]
