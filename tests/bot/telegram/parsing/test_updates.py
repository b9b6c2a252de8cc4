"""An update's chat, kind and words, whatever it is."""

from __future__ import annotations

from typing import Any

from aiogram.types import Update

from bot.telegram.parsing.updates import chat_of, kind_of, words_of
from tests.fakes.telegram_api import edit_update, tap_update, text_update


def whole(update: dict[str, Any]) -> Update:
    return Update.model_validate({"update_id": 7, **update})


def test_everything_a_customer_does_belongs_to_their_chat_so_that_its_order_is_kept() -> None:
    for update in (text_update(77, "x"), edit_update(77, "x"), tap_update(77, "person")):
        assert chat_of(whole(update)) == 77


def test_what_kind_it_is_says_no_word_of_what_was_written() -> None:
    kinds = [kind_of(whole(update)) for update in (text_update(77, "x"), edit_update(77, "x"), tap_update(77, "y"))]
    assert kinds == ["text", "edited_message", "callback_query"]
    assert words_of(whole(edit_update(77, "改过的话"))) == "改过的话"
