"""Whether a text wishes no more surveys, or surveys again; pure."""

from __future__ import annotations

import re
import unicodedata

from knowledge_base.text.scripts import to_simplified

LONGEST = 60  # characters of a wish; a longer text tells of something else
_SURVEY = "(?:调查|问卷|满意度(?:调查|评价)?)(?:问卷|表|短信|消息)?(?!结果|清楚|原因|一下|进展|过程|报告|取证)"
_NO = "(?:不要|不想|不用|不必|不需要|不愿意?|不同意|不再|不接受|不参加|别|勿|莫|拒绝|停止|取消|退订|谢绝)"
_DO = "(?:发|寄|推送|推|接收|收到|收|参加|参与|填写|填|做|打扰|接受|订阅)"
_NEAR = "[^，。,.；;!！?？]{0,5}?"
_WITHDRAWS = re.compile(
    rf"{_NO}{_NEAR}{_DO}{_NEAR}{_SURVEY}|(?:取消|退订|谢绝|拒绝){_NEAR}{_SURVEY}"
    rf"|{_SURVEY}{_NEAR}{_NO}{_NEAR}{_DO}|{_SURVEY}{_NEAR}(?:退订|取消|停了)"
)
_AGREES = re.compile(
    rf"(?<!不)(?:同意|愿意|可以|恢复|继续|重新|再次)(?!不){_NEAR}{_DO}{_NEAR}{_SURVEY}|(?:恢复|再次同意|同意){_NEAR}{_SURVEY}"
    rf"|{_SURVEY}{_NEAR}(?:可以|恢复|继续){_NEAR}(?:{_DO}|了)|^再次同意$"
)
# Agreement that is taken back: 撤回同意接收调查, 我撤回接收调查的同意, 同意接收调查这一项请取消.
_GIVEN = "(?:同意|授权|许可|订阅|报名)"
_BACK = "(?:撤回|撤销|撤消|撤掉|收回|取消|解除|终止|停止|退订|作废|反悔|不要了|不再)"
_ANY = "[^，。,.；;!！?？]{0,12}?"
_TAKES_BACK = re.compile(
    rf"{_BACK}{_ANY}(?:{_GIVEN}|{_DO}){_ANY}{_SURVEY}|{_BACK}{_ANY}{_SURVEY}的?{_ANY}{_GIVEN}"
    rf"|{_GIVEN}{_ANY}{_SURVEY}{_ANY}{_BACK}|{_GIVEN}{_ANY}{_SURVEY},?(?:现在|我|请|要|想|麻烦|帮我|都)*{_BACK}(?:了|吧|掉|一下)*$|{_SURVEY}的?{_ANY}{_GIVEN}{_ANY}{_BACK}"
    rf"|(?:不|没|没有|从未|未曾){_GIVEN}(?:过|再)?{_NEAR}(?:{_DO})?{_NEAR}{_SURVEY}"
)
# What is taken back is the withdrawal itself: 取消退订调查.
_TAKES_BACK_THE_NO = re.compile(rf"{_BACK}(?:了|掉|我|之前|刚才|的)*(?:撤回|退订|拒收|拒绝|取消)")
_ASKS = re.compile("[?？]|吗|为什么|为何|怎么|如何|什么|多久|是不是")
_NOT = re.compile(_NO)


def survey_wish(text: str) -> bool | None:
    """Return False for a text that wishes no more surveys, True for one that agrees to them again; else None."""
    plain = to_simplified(unicodedata.normalize("NFKC", text)).casefold().replace(" ", "").strip("。.!~,")
    if not plain or len(plain) > LONGEST or _ASKS.search(plain):
        return None
    if _TAKES_BACK_THE_NO.search(plain):
        return None
    if _WITHDRAWS.search(plain) or _TAKES_BACK.search(plain):
        return False
    return True if _AGREES.search(plain) and not _NOT.search(plain) else None
