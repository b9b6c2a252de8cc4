"""What Telegram demands of texts, their entities and the buttons under them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from tests.fakes.telegram.markup_languages import parse
from tests.fakes.telegram.reading import objects, words
from tests.fakes.telegram.refusals import Json, bad

MOST_TEXT, MOST_CAPTION = 4096, 1024  # UTF-16 units
ENTITIES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    ]
)


def units(text: str) -> int:
    """The length of a text as Telegram counts: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def read_text(given: Json) -> tuple[str, list[Json]]:
    """The text of a message and its entities."""
    text, entities = _formatted(given, "text", "entities")
    if not text:
        raise bad("message text is empty")
    if len(text) > MOST_TEXT // 2 and units(text) > MOST_TEXT:
        raise bad("message is too long")
    return text, entities


def read_caption(given: Json) -> tuple[str, list[Json]]:
    """The words under a picture or a file, which may be missing."""
    text, entities = _formatted(given, "caption", "caption_entities")
    if len(text) > MOST_CAPTION // 2 and units(text) > MOST_CAPTION:
        raise bad("message caption is too long")
    return text, entities


def _formatted(given: Json, name: str, entities_name: str) -> tuple[str, list[Json]]:
    text = words(given, name)
    if mode := given.get("parse_mode"):
        return parse(text, mode)
    entities = objects(given, entities_name) or []
    if not entities:
        return text.strip(), []
    for entity in entities:
        _check_entity(entity, text)
    lost = units(text) - units(text.lstrip())
    text = text.strip()
    return text, _moved(entities, lost, units(text))


def _moved(entities: Sequence[Json], lost: int, length: int) -> list[Json]:
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lost, 0)
        end = min(entity["offset"] - lost + entity["length"], length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return kept


def _check_entity(entity: Any, text: str) -> None:
    if not isinstance(entity, dict) or entity.get("type") not in ENTITIES:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 1:
        raise bad("ENTITY_BOUNDS_INVALID")
    raw = text.encode("utf-16-le")
    if (offset + length) * 2 > len(raw):
        raise bad("ENTITY_BOUNDS_INVALID")
    for place, which in ((offset, "begins"), (offset + length, "ends")):
        if place * 2 < len(raw) and 0xDC <= raw[place * 2 + 1] <= 0xDF:
            raise bad(f"entity {which} in a middle of a UTF-16 symbol at offset {place}")
    if entity["type"] == "text_link" and not str(entity.get("url", "")).startswith(("http://", "https://", "tg://")):
        raise bad("ENTITY_TEXTURL_INVALID")
    if entity["type"] == "text_mention" and not isinstance(entity.get("user"), dict):
        raise bad("can't parse MessageEntity: user is missing")


KINDS_OF_MARKUP = frozenset(("inline_keyboard", "keyboard", "remove_keyboard", "force_reply"))
KINDS_OF_BUTTON = frozenset(
    [
        "callback_data",
        "url",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "copy_text",
        "pay",
        "disabled",
    ]
)
STYLES = frozenset(("danger", "success", "primary"))


def read_markup(given: Json, *, private: bool, inline_only: bool = False) -> Json:
    """The buttons under a message, or {}."""
    if "reply_markup" not in given:
        return {}
    markup = objects(given, "reply_markup") or {}
    if not isinstance(markup, dict) or (markup and not KINDS_OF_MARKUP & set(markup)):
        raise bad("object expected as reply markup")
    if inline_only and markup and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    rows = markup.get("inline_keyboard", [])
    if sum(map(len, rows)) > 100:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in itertools.chain.from_iterable(rows):
        _check_button(button)
    for button in itertools.chain.from_iterable(markup.get("keyboard", [])):
        if not isinstance(button, str) and button.get("request_contact") and not private:
            raise bad("phone number can be requested in private chats only")
    return markup


def _check_button(button: Json) -> None:
    kinds = KINDS_OF_BUTTON & set(button)
    if not str(button.get("text", "")).strip() or len(kinds) != 1:
        raise bad("text buttons are unallowed in the inline keyboard")
    if button.get("style", "danger") not in STYLES:
        raise bad("BUTTON_STYLE_INVALID")
    if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in kinds and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: wrong HTTP URL")
