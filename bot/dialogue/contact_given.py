"""Whether a customer has said how to be reached, in digits or spoken numerals; pure."""

from __future__ import annotations

import re

from knowledge_base.acts.signals import contact_of

_SPOKEN = str.maketrans("零〇幺一二两三四五六七八九", "0011223456789")
_NUMERALS = re.compile(
    "[零〇幺一二两三四五六七八九0-9](?:[零〇幺一二两三四五六七八九0-9]|[-，、, ](?=[零〇幺一二两三四五六七八九0-9]))+"
)
# A number shorter than a mobile one, or a name elsewhere, counts where it is called one.
_CALLED = re.compile(
    r"(?:电话|電話|手机|手機|座机|座機|分机|号码|號碼|打我|打给我|call me|number|phone)[^0-9]{0,12}[0-9]{4,}",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?:微信|wechat|qq|whatsapp|line)\s*(?:号|id)?\s*[是为:：]?\s*[A-Za-z0-9_-]{5,}", re.IGNORECASE
)


def gives_contact(text: str) -> bool:
    """Whether a text holds a telephone number, an e-mail address, or a name in a messenger."""
    plain = _NUMERALS.sub(lambda found: re.sub("[-，、, ]", "", found[0]).translate(_SPOKEN), text)
    called = _CALLED.search(plain) is not None or _ELSEWHERE.search(plain) is not None
    return called or contact_of(plain) is not None or contact_of(text) is not None
