"""What fixed words say while a ticket waits: mere assent, and that it is called off; pure."""

from __future__ import annotations

import re

from escalation.policy.model import Policy
from knowledge_base.text.normalise import normalise

LONGEST = 30  # characters of a text that merely assents
_YES = (
    r"好[的吧嘞滴哒哦啊呀勒]*|行[的吧啊]*|可以[的啊]*|没问题|中|妥了?|嗯+|哦+|噢+|对的?|再见|拜拜|"
    r"ok(?:ay)?|sure|fine|got it|noted|i see|thanks?(?: you)?(?: so much)?|thx|bye"
)
_NOTED = r"(?:都|已经?)?(?:清楚|明白|知道|了解|收到|懂|晓得|看到|记好|记下来?|记住)(?:了|啦|咯|的)*"
_THANKS = (
    r"(?:非常|太|多|真的?)?(?:感谢|谢谢?)(?:您|你们?|啦|了|咯|哈)*(?:的?(?:提醒|帮忙|帮助|告知|安排|说明|配合))?|"
    r"辛苦(?:了|啦|您|你们?|大家)*|麻烦(?:您|你们?)?了?|费心了|有劳了?|劳驾了?"
)
_GO_ON = (
    r"(?:那就?|就|先)?(?:这样|这么|拜托|麻烦)(?:了|吧|安排|处理|定)*|"
    r"(?:你们?|您)?先?(?:安排|忙|处理)(?:吧|就好|就行)?"
)
_WAITS = (
    r"那?(?:我们?)?(?:就|先|会|再)?(?:在(?:这儿?|这里|家|公司|店里?|单位))?"
    r"等(?:着|待|到?[今明后早中下晚上天午点周一二三四五六日]+)?"
    r"(?:您|你们?|贵司|贵公司)?的?(?:电话|消息|回复|通知|信儿?|回音|联系)?(?:了|吧|哈|就好|就行)?"
)
_PART = f"{_YES}|{_NOTED}|{_THANKS}|{_GO_ON}|{_WAITS}|[那就我先哈呀啊您]|你们?"
_ASSENT = re.compile(rf"(?:(?:{_PART})\s*)+")
_CALLED_OFF = re.compile(
    r"(?:不用|不必|不要|不需要?|无需|毋需|甭|别|莫|唔使|唔洗|免)(?:再|给我|让|叫|派|麻烦|安排|您|你们?|他们?|师傅|人|跟我|跟我们)*"
    r"(?:来|过来|上门|派|派人|联系|联络|打(?:回访)?电话|回(?:我|个|我们)?(?:访|电|消息)|安排|修|处理|管|跟进|跑|跑一趟)"
    r"|(?:取消|撤回|撤销|撤|销|结|关)(?:掉|了)?(?:报修|工单|单子|单|申请|预约|上门)"
    r"|(?:报修|工单|单子|申请|预约)(?:取消|撤|销|作废|关)"
)
_DROPPED = re.compile(
    r"撤诉|(?:撤回?|撤销|撤消|取消|收回)(?:掉|了)?(?:我|这个|这次|这条|刚才)*的?投诉|投诉[^，。,.没不]{0,4}(?:撤|取消)|不(?:想|再|用|要)?投诉(?:你们|您们|他们)?(?:了|啦)"
)
_UNDONE = re.compile(r"(?:没|不|未|别|如果|要是|等|几时|什么时候|何时)[^，。,.\s]{0,3}$")


def merely_assents(text: str) -> bool:
    """Whether a text only takes note, agrees, thanks, or says that somebody waits: 好的，清楚了，我等你们电话."""
    plain = normalise(text)
    return 0 < len(plain) <= LONGEST and _ASSENT.fullmatch(plain) is not None


def calls_off(text: str) -> bool:
    """Whether a text calls off what is on its way: 别来了, 不用联系我, 把单子撤了."""
    return _CALLED_OFF.search(normalise(text).replace(" ", "")) is not None


def withdraws_complaint(text: str) -> bool:
    """Whether a text takes a complaint back: 我要撤回投诉, 算了不投诉了."""
    return _DROPPED.search(normalise(text).replace(" ", "")) is not None


def says_solved(policy: Policy, text: str) -> bool:
    """Whether one of the policy's longer words for a solution stands in a text, and nothing takes it back."""
    plain = normalise(text).replace(" ", "")
    words = [word for word in policy.words.get("solved", ()) if len(word) > 2]
    return any(_UNDONE.search(plain[: plain.index(word)]) is None for word in words if word in plain)
