"""House numbers of postal addresses in free text; pure."""

from __future__ import annotations

import re

_NUMERAL = "[0-9A-Za-z零〇一二三四五六七八九十百两甲乙丙丁]"
_PART = rf"{_NUMERAL}(?:{_NUMERAL}|[-–—之]){{0,7}}"
_UNIT = "(?:号楼|號樓|号院|號院|单元|單元|号|號|栋|棟|幢|座|层|層|楼|樓|室|房|户|戶|门|門|弄|巷|组|組|队|隊|区|區)"
# What follows the first number of an address: more of them, at the end perhaps a bare one (3栋501).
_REST = rf"(?:[ ,，、]?{_PART}{_UNIT}){{0,8}}(?:[ ,，、-]?[0-9]{{2,5}}(?=[\s,，。；;、）)]|$))?"

# 「知道12号到」 is a date and no road; a building's 「中心12号」 may be one.
_ROAD = "(?:[路街巷弄村庄莊寨屯]|胡同|大道|(?<![知通频頻报報渠味])道)"
_ESTATE = "(?:小区|小區|社区|社區|新村|公寓)"
_BUILDING = "(?:大[厦廈楼樓]|写字楼|寫字樓|[广廣][场場]|[园園][区區]?|中心|[苑府城])"
_PLACED = "[号號栋棟幢座室弄巷组組队隊区區]|号楼|號樓|号院|號院|单元|單元|楼|樓|层|層"
_INSIDE = "栋|棟|幢|座|室|房|号楼|號樓|单元|單元|楼|樓|层|層"
_PLAINLY = "栋|棟|幢|室|号楼|號樓|号院|號院|单元|單元"  # these follow no other number

_ADDRESSES = (
    re.compile(rf"({_ROAD}|{_ESTATE})( ?{_PART}(?:{_PLACED}){_REST})"),
    re.compile(rf"({_BUILDING})( ?{_PART}(?:{_INSIDE}){_REST})"),
    re.compile(rf"((?:门牌|門牌)(?:号码|號碼|号|號)?(?:是|为|為)?[:： ]?)({_PART})"),
    re.compile(rf"((?<![0-9A-Za-z]))([0-9A-Za-z]{{1,5}}(?:{_PLAINLY}){_REST})"),
    re.compile(rf"((?<![0-9A-Za-z]))([一二三四五六七八九十]{{1,3}}[栋棟幢座](?:[ ,，、]?{_PART}{_UNIT}){{1,8}})"),
)
_SIGN = re.compile(_NUMERAL)


def without_house_numbers(text: str) -> str:
    """Mask 「幸福路12号3栋2单元501室」 as 「幸福路**号*栋*单元***室」; streets, dates and other floors stay."""
    for pattern in _ADDRESSES:
        text = pattern.sub(lambda match: match[1] + _SIGN.sub("*", match[2]), text)
    return text
