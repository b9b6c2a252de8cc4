"""Which texts suit which kind of danger: the kinds are how the groups of the act file `danger` begin, and gas.

Of each kind there is a first text, what to do at once, and a second: what to do where the first can't be done.
"""

from __future__ import annotations

import re

SAFETY_TEXTS = {
    "火": "safety_fire",
    "电": "safety_shock",
    "电池": "safety_battery",
    "伤": "safety_injury",
    "化学": "safety_chemical",
    "燃气": "safety_gas",
    "全停": "safety_outage",
}
UNKNOWN, OUTAGE = "safety", "safety_outage"
SECOND_TEXTS = {
    "safety": "danger_more",
    "safety_fire": "danger_more_fire",
    "safety_shock": "danger_more_shock",
    "safety_battery": "danger_more_battery",
    "safety_injury": "danger_more_injury",
    "safety_chemical": "danger_more_chemical",
    "safety_gas": "danger_more_gas",
    "safety_outage": "danger_more_outage",
}
# What follows once both were said, in turn; of an outage nothing tells of fire or shock.
SHORT_TEXTS = ("danger_noted", "danger_hold")
SHORT_OUTAGE_TEXTS = ("outage_noted", "appended")

_HURT = (  # by a machine, unless by its current
    r"^(?!.*(?:[触觸漏被][电電]|[电電][得到了])).*"
    r"(?:[夹夾压壓挤擠割划劃砸绞絞轧軋扎][到住伤傷破了着著]|[流出][了着著]?血|骨折|扭[到伤傷]|bleed|crush|trapped)"
)
# Words that tell kinds apart which are learned from each other's neighbours: those of the first one found count.
_NAMED = (
    ("电池", ("火", "电", "伤", ""), r"电池|電池|电瓶|電瓶|鼓包|batter(?:y|ies)|swollen"),
    ("电", ("伤",), r"[触觸漏][电電]|[电電][得到了着親亲暈晕]|[发發會会]麻|麻[手了下的酥]|electr|shock|zapped"),
    ("伤", ("电", "电池"), _HURT),
    ("燃气", ("化学",), r"[燃煤][气氣]|天然[气氣]|瓦斯|液化[气氣]|一氧化碳|\bgas\b|carbon monoxide"),
)
# All of something is down: an outage, unless anything else in the matter sounds like a danger to people.
_ALL = re.compile(
    "(?:[整全](?:个|間|间|栋|棟|座)?(?:公司|集团|集團|大楼|楼|樓|学校|校|厂|廠|院|店|系统|系統|部|线|線)|所有)"
    r"[^。！？!?]{0,24}(?:[打用连連登上]不[了上出起开開进進]|[無无]法|不能|停|瘫|癱|断网|斷網|趴窝|宕机|當機)"
)
_BODILY = re.compile("[烟煙火焦糊烧燒炸血伤傷麻]|[触觸漏被][电電]|gas|smok|fire|burn", re.IGNORECASE)


def first_text(kind: str, said: str) -> str:
    """Return the first text for a kind of danger, or what the words of the matter make of it; UNKNOWN without either.

    `kind` may be empty, or a neighbour of what is meant: an electric shock reads like an injury.
    """
    if kind in ("火", "电", "伤") and _ALL.search(said) and not _BODILY.search(said):
        return OUTAGE
    named = (name for name, mistaken, words in _NAMED if kind in mistaken and re.search(words, said, re.IGNORECASE))
    return SAFETY_TEXTS.get(next(named, kind), UNKNOWN)
