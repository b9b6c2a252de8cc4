"""A browser in a word or two, so that people recognise their own among their sessions."""

from __future__ import annotations

UNKNOWN = "未知浏览器"
# The first that is found in a User-Agent counts: most claim to be several others as well.
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("OpenHarmony", "鸿蒙"),
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_in_words(user_agent: str) -> str:
    """Return what a User-Agent header says of browser and system: 「Chrome · Windows」."""
    known = (next((word for mark, word in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS))
    return " · ".join(word for word in known if word) or UNKNOWN


def shortened(network: str) -> str:
    """Return a network address without its last part: 「203.0.113.*」."""
    if network.count(".") == 3:
        return network.rpartition(".")[0] + ".*"
    return network.partition("::/")[0] + "::*" if "::/" in network else network
