"""Passwords, and numbers of WeChat and QQ accounts, in what customers write: found by what they are called; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

SecretKind = Literal["account", "password"]
SecretSpan = tuple[SecretKind, int, int]  # the value's place in the text

_BE = (
    "(?:应该|應該|好像|可能|一直|目前|现在|現在|默认|預設|初始|还|還|都|就|不)?"
    "(?:是|为|為|叫|设成|設成|设为|設為|改成|改为|改為|填|用)了?(?:的)?"
)
_OPEN = "[「『“\"'（(【]"
_SAID = rf"\s?(?:{_BE}\s?[:：]?|[:：=＝]|发您|发你|给您|给你|(?<= )is\b)\s?{_OPEN}?\s?"  # full-width signs are typed
# A name of a model or an error (HP1020, E05, L3255): no password and no account where nothing says that it is one.
_MODEL = re.compile(r"[A-Z]{1,4}-?[0-9]{1,5}[A-Z]{0,3}(?![0-9A-Za-z])")
_APART = r"(?<![0-9A-Za-z_])"

_ACCOUNT = (
    rf"(?:微\s?信|威信|薇信|{_APART}(?:we\s?chat|wei\s?xin|[vw]x)|[vV]信|加\s?(?:个|個)?[vV]|{_APART}[vV](?=\s?[:：])"
    rf"|{_APART}QQ|{_APART}q[qQ]|扣扣|企鹅号|[qQ]号|[qQ]號)(?:群)?"
)
_ACCOUNT_NUMBER = "(?:号码|號碼|账号|帳號|帐号|号|號|ID|id)?"
_WECHAT_ID = "[A-Za-z][A-Za-z0-9_-]{5,19}"
_QQ_ID = "[1-9][0-9]{4,11}"
_ID = rf"(?P<id>{_WECHAT_ID}|{_QQ_ID})(?![0-9A-Za-z_@-])"
_CALLED = re.compile(rf"{_ACCOUNT}(?P<said>{_ACCOUNT_NUMBER})(?P<by>{_SAID}|\s?)(?P<mine>){_ID}", re.IGNORECASE)
_MINE = re.compile(r"(?:我的?|我们的?|本人|加我?|他的?|她的?|客户的?|老板的?)\s?$")
_ACCOUNT_AFTER = re.compile(
    rf"(?<![0-9A-Za-z_@.-]){_ID}\s?[，,]?\s?(?:(?:这|這|就)?是|[（(])?\s?(?:我|本人|他|她)?的?\s?(?:微信|QQ|扣扣|[vV]信|[vw]x)",
    re.IGNORECASE,
)

_PASSWORD = rf"(?:密码|密碼|口令|验证码|驗證碼|动态码|暗号|{_APART}(?:pass\s?word|passwd|pass\s?code|pwd|pin\s?码|psw))"
_VALUE = r"(?P<value>[!-~]{3,40}|[零〇一二三四五六七八九幺两]{4,20})"
_TOLD = re.compile(rf"{_PASSWORD}(?P<by>{_SAID}|[（(【「“]|\s?)(?P<mine>){_VALUE}", re.IGNORECASE)
_PASSWORD_AFTER = re.compile(
    r"(?<![!-~])(?P<value>[!-~]{4,32})\s?[，,]?\s?(?:(?:这|這|就)?是|[（(])\s?(?:我|本人|你们)?的?\s?"
    r"(?:登录|登陆|登錄|开机|開機|管理员|管理|无线|wifi|网络|电脑|系统|后台|邮箱|账号|打印机){0,2}的?(?:密码|密碼|口令)",
    re.IGNORECASE,
)
_CLOSING = "\"'”’」』】）)，。,.;；!！?？、"
_NO_VALUE = re.compile(
    r"(?:error|wrong|fail\w*|reset|login|wifi|wi-fi|ok|app|null|none|no|yes|wechat|weixin|qq)$", re.IGNORECASE
)


def secrets_in(text: str) -> Iterator[SecretSpan]:
    """Yield the places of account numbers and passwords, each kind in the order of the text.

    Latin letters, digits and signs must have their usual width. A value is one by the words beside it: 「微信号」,
    「vx：」, 「QQ 12345」, 「密码是」, 「这是我的微信」. Models and error numbers after a mere space are none.
    """
    yield from _accounts(text)
    yield from _passwords(text)


def _accounts(text: str) -> Iterator[SecretSpan]:
    for found in _CALLED.finditer(text):
        own = _MINE.search(text[max(0, found.start() - 6) : found.start()])
        certain = bool(found["said"] or found["by"].strip() or own)
        if _is_account(found["id"], certain=certain):
            yield "account", *found.span("id")
    for found in _ACCOUNT_AFTER.finditer(text):
        if _is_account(found["id"], certain=False) and any(sign.isdigit() for sign in found["id"]):
            yield "account", *found.span("id")


def _is_account(name: str, *, certain: bool) -> bool:
    if name.isdigit():
        return certain or len(name) >= 5
    return not _NO_VALUE.match(name) and (certain or (_has_digit(name) and not _MODEL.fullmatch(name)))


def _passwords(text: str) -> Iterator[SecretSpan]:
    for found in _TOLD.finditer(text):
        begin, end = found.start("value"), _end(text, found.start("value"), found.end("value"))
        value, certain = text[begin:end], bool(found["by"].strip())
        if len(value) >= 3 and not _NO_VALUE.match(value) and (certain or _looks_secret(value)):
            yield "password", begin, end
    for found in _PASSWORD_AFTER.finditer(text):
        begin, end = found.start("value"), _end(text, found.start("value"), found.end("value"))
        if end - begin >= 4 and _looks_secret(text[begin:end]):
            yield "password", begin, end


def _looks_secret(value: str) -> bool:
    """Whether it would be taken for a password though nothing stands between it and the word."""
    return (_has_digit(value) or not value.isascii()) and not _MODEL.match(value)


def _has_digit(value: str) -> bool:
    return any(sign.isdigit() for sign in value)


def _end(text: str, begin: int, end: int) -> int:
    """Where the value ends: a full stop or a bracket after it is none of it."""
    while end > begin and text[end - 1] in _CLOSING:
        end -= 1
    return end
