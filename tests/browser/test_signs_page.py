"""A sign in place of words is sent from the page as any words are; what nobody can see is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_signs_are_sent_by_key_and_by_tap_also_after_a_time_without_network(customer: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    chat = customer()
    text, send = chat.locator("#text"), chat.locator("#send")
    said = chat.locator("article.line-customer[data-id] .bubble")
    for nothing in ("   ", "\u200b", "\u200e\u00ad", "\ufe0f", "\u3000\ufeff"):
        text.fill(nothing)
        expect(send).to_be_disabled()
        text.press("Enter")
    text.fill("？")
    text.press("Enter")
    expect(said).to_have_text(["？"])
    text.fill("👍")
    send.click()
    expect(said).to_have_text(["？", "👍"])
    chat.context.set_offline(True)
    text.fill("？？？")
    text.press("Enter")
    chat.context.set_offline(False)
    expect(said).to_have_text(["？", "👍", "？？？"])
    for _each in range(3):
        text.fill("?")
        text.press("Enter")
    expect(said).to_have_text(["？", "👍", "？？？", "?", "?", "?"])
    expect(chat.locator("#banner")).to_be_hidden()
