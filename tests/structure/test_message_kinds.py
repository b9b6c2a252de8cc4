"""Every field of the client library's messages is a row of the table of kinds: a new one must not vanish unseen."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from aiogram.types import Message, RichBlock, RichText, Update
from pydantic import BaseModel

from bot.telegram.parsing.found_words import MEDIA, WORDS, is_named
from bot.wording.message_kinds import KINDS
from tests.fakes.telegram.receiving import ALL_KINDS

# Strings of the values whose words are read that are no words: ids, addresses, names of styles and currencies.
NO_WORDS = frozenset(
    (
        "align",
        "anchor_name",
        "bank_card_number",
        "base_name",
        "bot_command",
        "bot_username",
        "callback_data",
        "cashtag",
        "country_codes",
        "currency",
        "custom_emoji_id",
        "date_time_format",
        "email_address",
        "forward_text",
        "foursquare_id",
        "foursquare_type",
        "gift_id",
        "google_place_id",
        "google_place_type",
        "hashtag",
        "id",
        "language",
        "last_resale_currency",
        "model_custom_emoji_id",
        "name",
        "option_persistent_id",
        "owned_gift_id",
        "persistent_id",
        "phone_number",
        "rarity",
        "reference_name",
        "start_parameter",
        "style",
        "switch_inline_query",
        "symbol_custom_emoji_id",
        "type",
        "url",
        "username",
        "valign",
    )
)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in typing.get_args(kind):
        yield from _models(inner)


def _holds_words(kind: Any) -> bool:
    return kind is str or any(_holds_words(inner) for inner in typing.get_args(kind))


def _strings(kind: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Names of fields with strings, in a type and in whatever it holds."""
    if kind in seen:
        return
    seen.add(kind)
    kind.model_rebuild()
    for name, field in kind.model_fields.items():
        if name in MEDIA or is_named(name) or name.endswith("entities"):
            continue
        if _holds_words(field.annotation):
            yield name
        for inner in _models(field.annotation):
            yield from _strings(inner, seen)


def test_every_field_of_a_message_is_a_row_of_the_table_of_kinds() -> None:
    assert set(Message.model_fields) == set(KINDS)


def test_every_string_of_what_is_read_as_words_is_words_or_named_as_none() -> None:
    read = [Message.model_fields[name].annotation for name, kind in KINDS.items() if kind.way == "words"]
    kinds = [kind for each in read for kind in _models(each)]
    kinds += [*RichBlock.__subclasses__(), *RichText.__subclasses__()]
    seen = set[type[BaseModel]]()
    found = {name for kind in kinds for name in _strings(kind, seen)}
    assert found - WORDS == NO_WORDS


def test_our_own_bot_api_server_knows_every_kind_of_update_of_the_library() -> None:
    assert set(Update.model_fields) - {"update_id"} == ALL_KINDS
