"""The clauses of what a customer wrote or spoke, as a title tells them: without courtesies, oaths and fillers; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 58  # characters of a clause
_SPOKEN = 22  # characters of a clause without a mark that may hold several thoughts, as voice typing writes them
_PIECE = 6  # characters that a thought has at least

_GAP = r"[，。！？、；：:,.!?~～…\s]+"
_HAN = "\u3400-\u9fff"
# Said before the matter: of these a mark, or the word that begins the matter, must follow.
_ADDRESS = (
    "(?:师傅|師傅|老板|客服|亲|各位|同志|小同志|小姑娘|大兄弟|大姐|老妹儿?|老铁|老师|(?:贵公司)?您?好|早上好|上午好|下午好|晚上好|早晨|早|哈喽|哈囉|hello|hey|hi"
    "|morning|在吗|在不在|在不|在没|有人吗|劳驾|打扰了|打扰一下|打扰|不好意思|抱歉|sorry|urgent|是这样的?|今天是这样|情况是这样|那行|得嘞)"
)
# Oaths and exclamations stand by themselves, before a mark or at an end.
_OATH = (
    "(?:我[去靠操草日擦]|卧槽|[靠操草日]|(?:他)?(?:妈|媽)的|[哎唉]呀?(?:妈呀|我说|我天)|遭了|糟了|完了|完犊子|安逸了|哦豁|哦?草|哈哈+|嘿嘿?|天[呐哪啊]|停+|wtf|omg|oh|ok|okay|then|no|yes"
    "|seriously|update)"
)
_OPENINGS = re.compile(
    rf"^(?:(?:{_ADDRESS}[啊呀哈哟]?|{_OATH}+)(?:{_GAP}|(?=[我你您咱这那打请机怎为什能可有]|$))"
    rf"|(?:你好|您好|喂)(?!像)[啊呀哈]?|(?:[嗯呃啊哎唉哦噢喔欸]+[呀哟]?)(?=[{_HAN}A-Za-z，。！？、,.!?~…\s]|$)"
    rf"|(?:我(?:就|是)?)?(?:想|要)?(?:请问|請問|问问|问一下|問一下|问下|問下|请教|核实|咨询|了解|知道)(?:一下|下)?[啊呀]?(?:{_GAP})?"
    rf"|麻烦(?:问一?下|请)|[对對](?=主要|就是|是)|(?:我说的是|我是说|我的意思是)|(?:就是说?)?那个(?=[{_HAN}A-Za-z]{{2}})|就是说?(?={_GAP}|那个)|那个(?={_GAP}|$)"
    rf"|(?:那么?|那麼|所以|然后|然後|因为|因為|而且|但是|可是|不过|并且|and|but|so)(?=[{_HAN}A-Za-z，,\s])(?!边|里|儿|时|天|台|种|款|样|些|位|家|张|次|是)|{_GAP}"
    r"|(?:first|firstly)(?=[,\s，]))",
    re.IGNORECASE,
)
# Begins another matter.
_ANOTHER = re.compile(
    rf"^(?:(?:另外|此外|顺便|順便|对了|對了|还有|還有|再有|再就是|再一个"
    r"|第[二三四]|其[二三次]|下一个|second|third|also|by the way|btw)"
    rf"(?:一?(?:件|个)?事情?|就是|一个|呢|件)?(?:{_GAP})?(?:(?:请问|請問|问一?下|想问)(?:一下|下)?)?(?:{_GAP})?)+",
    re.IGNORECASE,
)
_ENDINGS = re.compile(
    r"(?:[，。！、,.!~～…\s]|(?:谢谢|多谢|谢了|唔該晒?|麻烦了|麻烦您了|麻烦你了"
    r"|拜托了|辛苦了|thanks|thank you|please)(?:啦|了|哈|您|你)?"
    rf"|(?<=[{_HAN}])(?:[啊呀嘛哈哦喔欸撒嘞啦哟])"
    r"|(?:帮我?|请|直接)?(?:转接?|找|接|要|换)(?:个|到|下|一下)?(?:人工客服|人工|真人|客服|专员))+$",
    re.IGNORECASE,
)
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
_MARK = re.compile(
    r"[，。！；、!;…\n]+|[？?]+|,+(?!\d)|(?<!\d)[：:]|[.]+(?=\s|$)|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_PEOPLE = "我们|你们|咱们|他们|我(?=[就要想也还都是根不在家有今昨上下去把刚这那])"
_ABOUT_THEM = "给跟和对让把被向为帮找叫的是在到问说请要替从比管喊用与同由离我你们"
_SEAM = re.compile(
    rf"(?<=[啊呀嘛哈吗呢呗])(?=[{_HAN}])|(?<=了)(?=你|麻烦|能|现在|请|他|她)"
    rf"|(?<![{_ABOUT_THEM}])(?={_PEOPLE})"
    r"|(?=但是|可是|不过|然后|而且|并且|结果|所以|因为|如果|还有(?!没)|另外|后来|现在|麻烦|顺便|到现在)"
)


@dataclass(frozen=True, slots=True)
class TitleClause:
    """A clause as a title tells it. `line`: the number of its line; `another`: it says that it begins a new matter."""

    text: str
    line: int = 0
    another: bool = False
    asks: bool = False


def clauses_of(line: str, number: int = 0) -> Iterator[TitleClause]:
    """Yield the clauses of a line; what was spoken without a mark is cut where another thought begins."""
    plain, at, announced = _PICTURES.sub("", " ".join(line.split())), 0, False
    for mark in [*_MARK.finditer(plain), None]:
        part = plain[at : mark.start() if mark else len(plain)]
        asks = bool(mark and mark[0][0] in "？?")
        at = mark.end() if mark else at
        pieces = _pieces(bare(part))
        for place, piece in enumerate(pieces):
            text, another = without_marker(piece)
            if text:
                yield TitleClause(text, number, another or announced, asks=asks and place == len(pieces) - 1)
            announced = another and not text


def bare(text: str) -> str:
    """Return a text without what is said before a matter and after it."""
    while (shorter := _ENDINGS.sub("", _OPENINGS.sub("", text.strip()))) != text:
        text = shorter
    return text


def without_marker(text: str) -> tuple[str, bool]:
    """Return a clause without the words that begin another matter, and whether it had them."""
    found = _ANOTHER.match(text)
    return (bare(text[found.end() :]), True) if found else (text, False)


def _pieces(clause: str) -> list[str]:
    """What was said in one breath, cut at its seams; where it has none, at the width of a title."""
    if len(clause) <= _SPOKEN:
        return [clause]
    pieces, begin = [], 0
    for seam in _SEAM.finditer(clause):
        if seam.start() - begin >= _PIECE and len(clause) - seam.start() >= _PIECE:
            pieces.append(clause[begin : seam.start()])
            begin = seam.start()
    found = [bare(piece) for piece in (*pieces, clause[begin:])]
    return [part for piece in found if piece for part in _at_width(piece)]


def _at_width(piece: str) -> list[str]:
    """What has no seam is shown as the part of something longer that it is."""
    if len(piece) <= LONGEST:
        return [piece]
    parts = [piece[at : at + LONGEST - 2] for at in range(0, len(piece), LONGEST - 2)]
    last = len(parts) - 1
    return [f"{'…' if at else ''}{part}{'…' if at < last else ''}" for at, part in enumerate(parts)]
