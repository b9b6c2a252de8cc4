"""The addresses of links that stand behind words are written out after the words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import MAX_TEXT
from bot.telegram.parsing.links import with_address, with_links

URL = "https://example.com/a?b=1"


def link(offset: object, length: object, url: object = URL, kind: str = "text_link") -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, "url": url}


def test_an_address_stands_behind_its_words_wherever_they_stand() -> None:
    assert with_links("请看这里，谢谢", [link(2, 2)]) == f"请看这里（{URL}），谢谢"
    assert with_links("😀看这里和那里", [link(3, 2), link(6, 2, "tel:+8613912345678")]) == (
        f"😀看这里（{URL}）和那里（tel:+8613912345678）"
    )
    assert with_links("写信", [link(0, 2, "mailto:a@example.com")]) == "写信（mailto:a@example.com）"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=5", "file:///etc", "", None, 5, "https://a b", f"https://{'a' * 600}"]
)
def test_what_no_person_would_open_is_left_out(url: object) -> None:
    assert with_links("看这里", [link(1, 2, url)]) == "看这里"


def test_words_that_are_the_address_are_not_told_twice() -> None:
    assert with_address("example.com/a?b=1", URL) == "example.com/a?b=1"
    assert with_address("https://Example.com", "https://example.com/") == "https://Example.com"
    assert with_address("bank.example.com", "https://evil.example.net/") == (
        "bank.example.com（https://evil.example.net/）"
    )


def test_an_address_brings_no_hidden_characters() -> None:
    assert with_address("看", "https://example.com/\x00\u202ea") == "看（https://example.com/a）"


@pytest.mark.parametrize(
    "entities",
    [
        None,
        "text_link",
        [5, None],
        [link(0, 2, kind="bold")],
        [link(-1, 2)],
        [link(0, 0)],
        [link(2, 9)],
        [link("0", 1)],
        [{"type": "text_link"}],
    ],
)
def test_places_outside_of_the_text_and_other_marks_change_nothing(entities: object) -> None:
    assert with_links("看这里", entities) == "看这里"


def test_addresses_beyond_the_longest_text_are_left_out() -> None:
    text = "字" * (MAX_TEXT - 30)
    assert with_links(text, [link(0, 1), link(5, 1)], MAX_TEXT) == f"{text[:6]}（{URL}）{text[6:]}"
    assert with_links("字" * MAX_TEXT, [link(0, 1)], MAX_TEXT) == "字" * MAX_TEXT
