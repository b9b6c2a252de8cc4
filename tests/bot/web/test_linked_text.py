from __future__ import annotations

import time

import pytest

from bot.web.linked_text import linked
from bot.web.templating import environment
from tests.link_cases import LINK_CASES

SPOKEN = '{% import "console/parts.html" as parts %}{{ parts.spoken(text, whole) }}'


@pytest.mark.parametrize(("text", "links"), LINK_CASES)
def test_addresses_and_numbers_lead_somewhere_and_the_text_stays_as_it_is(
    text: str, links: tuple[tuple[str, str], ...]
) -> None:
    parts = linked(text, whole=True)
    assert "".join(part.shown for part in parts) == text
    assert tuple((part.shown, part.href) for part in parts if part.href) == links


def test_what_is_starred_leads_nowhere_until_it_is_shown() -> None:
    text = "打13800138000，或看https://example.com/a，信箱 anna@example.com"
    hidden, shown = linked(text, whole=False), linked(text, whole=True)
    assert [part.href for part in hidden if part.href] == ["https://example.com/a"]
    assert "".join(part.shown for part in hidden) == "打138****8000，或看https://example.com/a，信箱 a***@example.com"
    assert [part.href for part in shown if part.href] == [
        "tel:13800138000",
        "https://example.com/a",
        "mailto:anna@example.com",
    ]


def test_an_address_with_a_secret_in_it_leads_nowhere_at_all() -> None:
    parts = linked("https://example.com/?phone=13800138000&x=1", whole=False)
    assert [part.href for part in parts] == [""] * len(parts)
    assert any(part.is_starred for part in parts)


def test_the_page_escapes_every_part() -> None:
    text = '<b>x</b> https://example.com/?a=1&b="><script>alert(1)</script>'
    drawn = environment().from_string(SPOKEN).render(text=text, whole=True)
    assert drawn == (
        '&lt;b&gt;x&lt;/b&gt; <a href="https://example.com/?a=1&amp;b=" target="_blank" '
        'rel="noopener noreferrer nofollow">https://example.com/?a=1&amp;b=</a>'
        "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    )


def test_hostile_texts_take_no_time() -> None:
    for text in ("a.a" * 1_300 + "@", "https://" + "(" * 4_000, "0571-" * 800, "a@" + "a." * 2_000, "1" * 4_000):
        began = time.process_time()
        linked(text, whole=True)
        assert time.process_time() - began < 1.0
