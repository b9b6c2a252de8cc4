"""Every refusal ends as a sentence does."""

from __future__ import annotations

from typing import get_args

from bot.wording.refusals import REFUSALS, refusal
from escalation.tickets.refusal_codes import RefusalCode


def test_every_refusal_is_a_whole_sentence() -> None:
    assert set(REFUSALS) == set(get_args(RefusalCode))
    for code in get_args(RefusalCode):
        sentence = refusal(code, "王芳")
        assert sentence.endswith("。")
        assert "{" not in sentence
    assert refusal("claimed_by_other", "王芳") == "这张工单已由王芳认领。"
    assert refusal("claimed_by_other", None) == "这张工单已由其他同事认领。"
