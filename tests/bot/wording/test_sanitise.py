"""What is kept of a text from outside."""

from __future__ import annotations

import pytest

from bot.wording.sanitise import clean


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  打印机坏了 \n", "打印机坏了"),
        ("一\r\n二\r三\n\t四", "一\n二\n三\n\t四"),
        ("a\x00b\x07c\x1b[31md\x7f", "abc[31md"),
        ("\u202e反\u202c\u2066过\u2069来", "反过来"),
        ("转\u200b人\u200d工\ufeff", "转人工"),
        ("\ud800x\udfff", "x"),
        ("\ue000私", "私"),
        ("👍", "👍"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("\u200d👍\u200d转\u200d👍\u200d\u200d👍", "👍转👍👍"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e007f", "🏴\U000e0067\U000e0062\U000e0065\U000e007f"),
        ("转\U000e0067\U000e0062\U000e007f人工🏴\U000e0067", "转人工🏴"),
        ("<b>&amp;'\"; DROP TABLE", "<b>&amp;'\"; DROP TABLE"),
        ("\x00\u200b \n", ""),
        ("", ""),
    ],
)
def test_everything_a_person_can_see_and_nothing_that_deceives(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_a_hundred_kilobytes_are_cleaned_too() -> None:
    assert clean("卡\u200b" * 50_000) == "卡" * 50_000
