"""The policy's words in the reader's script."""

from __future__ import annotations

from bot.wording.phrases import in_script, say
from escalation.policy.model import Policy


def test_traditional_readers_get_taiwans_words(policy: Policy) -> None:
    assert in_script("打印机无法联系", "zh-Hant") == "印表機無法聯絡"
    assert in_script("打印机", "zh-Hans") == "打印机"
    assert say(policy, "button_person", "zh-Hant") == "轉人工"
