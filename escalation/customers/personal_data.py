"""Personal data in free text: masked for logs and notices, and found as unproven claims of identity; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from escalation.customers.postal_addresses import without_house_numbers
from escalation.customers.secret_words import secrets_in
from escalation.normalise import all_digits, normal_email, normal_phone

ClaimKind = Literal["phone", "email", "name"]

# One character for one, so that what was typed full-width is found and nothing else moves.
PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；："}
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")

MOST_NAMES = 20  # that one text may introduce; each is looked for in all of it

_GAP = r"[ .–—-]?"
EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?1[3-9][0-9](?:{_GAP}[0-9]{{4}}){{2}}(?![0-9])")
_LANDLINE = re.compile(
    rf"(?<![0-9])(?:(?:(?:\+|00)86{_GAP})?0[1-9][0-9]{{1,2}}|(?:\+|00)86{_GAP}[1-9][0-9]{{1,2}})"
    rf"\)?{_GAP}[2-9][0-9]{{2,3}}{_GAP}[0-9]{{4}}(?![0-9])"
)
_FOREIGN = re.compile(rf"(?<![0-9+])\+(?!86)[1-9](?:{_GAP}[0-9]){{7,14}}(?![0-9])")
PHONES = (_MOBILE, _LANDLINE, _FOREIGN)
ID_CARD = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{5}}{_GAP}(?:19|20)[0-9]{{2}}{_GAP}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]){_GAP}"
    r"[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
BANK_CARD = re.compile(rf"(?<![0-9])[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?(?![0-9])")

PASSPORT = re.compile(r"(?<![0-9A-Za-z])[CDEGHMPSTcdeghmpst](?:[0-9]{8}|[A-HJ-NP-Za-hj-np-z][0-9]{7})(?![0-9A-Za-z])")
# After 新, 黑, 青 and 云 a model's name may stand (「新HP1020」「黑CF226A」): there only digits make a number plate.
PLATE = re.compile(
    "(?:[京津沪渝冀豫辽湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤藏川宁琼][A-HJ-NP-Za-hj-np-z][ ·•]?[0-9A-HJ-NP-Za-hj-np-z]{5,6}"
    "|[新黑青云][A-HJ-NP-Za-hj-np-z][ ·•]?[0-9]{5})(?![0-9A-Za-z])"
)

_NAME = re.compile(r"(我叫|我是|我姓|免贵姓)\s{0,2}([\u4e00-\u9fff·A-Za-z（）()]{1,24})")
_NAME_ENDS = re.compile(r"(?<=.)(?:我|想|要|请|打|这边|前|昨|今|之前|上次|的(?:打印|复印|机|设备|订单|合同)).*")
_TITLE = re.compile(r"(?:先生|女士|小姐|经理|老师|主任|总|工|医生|科长|处长|院长)$")
_WORKPLACE = re.compile(
    r"银行|公司|集团|医院|大学|中学|小学|学校|学院|研究院|事务所|工厂|政府|委员会|[局厅部院店厂所]的?"
)
_NOBODY = re.compile(
    r"^(?:不|在|来|想|要|说|问|从|刚|新|老|第|个|一|最|真|怎|没|已|因|为|这|那|否|用|买|租|谁|他|她|你|指|觉|看|按|什)|客户|用户|会员|顾客|住户"
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗凤方俞任袁柳鲍史唐"
    "费廉岑薛雷贺倪汤滕罗毕郝邬安常乐于傅皮齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季贾"
    "路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房缪干解应宗丁宣邓郁单杭洪包左石崔吉龚程邢裴陆荣翁荀羊惠曲封段焦侯"
    "宁仇甘武刘景詹龙叶黎白怀蒲鄂索赖卓池乔曾关相查游竺权欧阳司马诸葛上官"
)
_COURTESY = re.compile(rf"([{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?)(先生|女士|小姐)")
_NAMED = re.compile(
    rf"((?:收件人|收货人|签收人|联系人|持卡人|姓名|户名|开户人)(?:是|叫|为|[:：]|\s){{1,3}})([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
)


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """What a customer says of themselves: shown to agents, without effect on identity or tier."""

    kind: ClaimKind
    text: str


def mask(text: str, names: Iterable[str] = ()) -> str:
    """Return the text with personal data masked: numbers and addresses stay distinguishable, names are removed.

    Passwords, accounts of WeChat and QQ, phones, ID cards, passports, bank cards, e-mail addresses, number plates,
    house numbers, and names: those in `names`, those that a writer gives as their own, those of 「收件人：」 and
    「…先生」.
    """
    return _without_names(without_house_numbers(mask_values(text)), names)


def mask_values(text: str) -> str:
    """Return the text with numbers, addresses and secrets masked as `mask` does; names and house numbers stay."""
    plain = _without_secrets(_plain(text))
    plain = EMAIL.sub(lambda match: f"{match[0][0]}***@{match[0].split('@')[1]}", plain)
    plain = ID_CARD.sub(lambda match: starred_middle(match[0], 3, 2), plain)
    for pattern in PHONES:
        plain = pattern.sub(lambda match: starred_middle(match[0], 3, 4), plain)
    plain = BANK_CARD.sub(lambda match: starred_middle(match[0], 0, 4), plain)
    for pattern in (PASSPORT, PLATE):
        plain = pattern.sub(lambda match: starred_middle(match[0], 1, 2), plain)
    return plain


def whole_values(text: str) -> Iterator[tuple[ClaimKind, str]]:
    """Yield the telephone numbers and e-mail addresses of a text as digits and in lower case, by kind."""
    plain = _plain(text)
    for pattern in PHONES:
        yield from (("phone", all_digits(normal_phone(match[0]))) for match in pattern.finditer(plain))
    yield from (("email", normal_email(match[0])) for match in EMAIL.finditer(plain))


def _without_secrets(plain: str) -> str:
    for _, begin, end in sorted(secrets_in(plain), key=lambda span: span[1], reverse=True):
        if not any(pattern.fullmatch(plain, begin, end) for pattern in PHONES):  # of those the ends stay
            plain = plain[:begin] + "*" * (end - begin) + plain[end:]
    return plain


def _without_names(text: str, names: Iterable[str]) -> str:
    claimed = [claim.text for claim in claims_in(text) if claim.kind == "name"][:MOST_NAMES]
    # A single character is a surname: it stands in other words too, so it is hidden only where it was given.
    for name in sorted({name for name in (*names, *claimed) if len(name) > 1}, key=len, reverse=True):
        text = text.replace(name, "*" * len(name))
    text = _NAME.sub(_without_claim, text)
    text = _COURTESY.sub(lambda match: "*" * len(match[1]) + match[2], text)
    return _NAMED.sub(lambda match: match[1] + "*" * len(match[2]), text)


def _without_claim(match: re.Match[str]) -> str:
    name = _own_name(match)
    return match[0].replace(name, "*" * len(name), 1) if name else match[0]


def starred_claim(claim: IdentityClaim) -> IdentityClaim:
    """Return the claim with its telephone number masked."""
    text = claim.text
    for pattern in PHONES:
        text = pattern.sub(lambda match: starred_middle(match[0], 3, 4), text)
    return IdentityClaim(claim.kind, text)


def starred_name(name: str) -> str:
    """Return a name of which only the first character is left."""
    return name[:1] + "*" * (len(name) - 1)


def claims_in(text: str) -> tuple[IdentityClaim, ...]:
    """Return phone numbers, e-mail addresses and names that a customer gives as their own, each once, in this order."""
    return tuple(dict.fromkeys(_claims(_plain(text))))


def _claims(text: str) -> Iterator[IdentityClaim]:
    for pattern in PHONES:
        yield from (IdentityClaim("phone", normal_phone(match[0])) for match in pattern.finditer(text))
    yield from (IdentityClaim("email", normal_email(match[0])) for match in EMAIL.finditer(text))
    for match in _NAME.finditer(text):
        if name := _own_name(match):
            yield IdentityClaim("name", name)


def _own_name(match: re.Match[str]) -> str:
    name = _NAME_ENDS.sub("", match[2]).removesuffix("的")
    return name if _can_be_a_name(match[1], name) else ""


def _can_be_a_name(opening: str, name: str) -> bool:
    """「我是」 opens many sentences that introduce nobody; without a surname or a workplace it is not a claim."""
    if not name or _NOBODY.search(name):
        return False
    if opening != "我是":
        return len(name) <= 12
    bare = _TITLE.sub("", name)
    is_person = name[0] in _SURNAMES and (1 if bare != name else 2) <= len(bare) <= 4
    return is_person or bool(_WORKPLACE.search(name))


def _plain(text: str) -> str:
    return INVISIBLE.sub("", text).translate(PLAIN)


def starred_middle(number: str, head: int, tail: int) -> str:
    """Return a number of which the first `head` and the last `tail` signs and all separators are left."""
    places = [place for place, char in enumerate(number) if char.isalnum()]
    hidden = set(places[head : len(places) - tail])
    return "".join("*" if place in hidden else char for place, char in enumerate(number))
