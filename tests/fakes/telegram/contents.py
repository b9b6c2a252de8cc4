"""An example of whatever a message may hold, made from the installed library's own types."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from aiogram.types import Message, Update
from pydantic import BaseModel

from tests.fakes.telegram.refusals import Json
from tests.fakes.telegram.updates import AT

# Fields that hold what people write, made also where they are optional.
WRITTEN = frozenset(("text", "title", "question", "option_text", "prize_description"))
_FILE: Json = {"file_id": "f", "file_unique_id": "u", "file_size": 5}
_PHOTO: Json = _FILE | {"width": 9, "height": 9}


def paragraph(*parts: Any) -> Json:
    """A paragraph of a rich message."""
    return {"type": "paragraph", "text": list(parts)}


def content_with(field: str, words: str) -> Json:
    """A message's content of this kind, with these words wherever a person may write."""
    written: Mapping[str, Json] = {
        "text": {"text": words},
        "caption": {"caption": words},
        "sticker": {"sticker": _made(Message.model_fields["sticker"].annotation, words) | {"emoji": "🤷"}},
        "photo": {"photo": [_PHOTO], "caption": words},
        "document": {"document": _FILE | {"mime_type": "application/pdf"}, "caption": words},
        "paid_media": {"paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]}, "caption": words},
        "rich_message": {
            "rich_message": {"blocks": [{"type": "paragraph", "text": [{"type": "bold", "text": words}]}]}
        },
    }
    if field in written:
        return written[field]
    made = {field: _made(Message.model_fields[field].annotation, words)}
    has_caption = field in ("animation", "audio", "live_photo", "video", "voice")
    return made | ({"caption": words} if has_caption else {})


def update_with(kind: str) -> Json:
    """An update of this kind, with whatever it must hold."""
    return {kind: _made(Update.model_fields[kind].annotation, "x")}


def _made(kind: Any, words: str, name: str = "") -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _made(inner[0], words, name)
    if origin in (typing.Union, types.UnionType):
        return _made(next(each for each in inner if each is not type(None)), words, name)
    if origin is list:
        return [_made(inner[0], words, name)]
    if origin is Literal:
        return inner[0].value if isinstance(inner[0], Enum) else inner[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind, words)
    return {str: words if name in WRITTEN else "x", int: 1, float: 1.0, bool: True, datetime: AT}[kind]


def _model(kind: type[BaseModel], words: str) -> Json:
    if kind is Message:
        return {"message_id": 1, "date": AT, "chat": {"id": 5, "type": "private"}, "text": "…"}
    kind.model_rebuild()
    fields = kind.model_fields.items()
    told = [
        (name, field) for name, field in fields if name in WRITTEN or typing.get_origin(field.annotation) is Literal
    ]
    wanted = dict([(name, field) for name, field in fields if field.is_required()] + told).items()
    return {field.alias or name: _made(field.annotation, words, name) for name, field in wanted}
