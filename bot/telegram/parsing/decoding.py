"""Decode an update from JSON; a part of a message that the library cannot read stays in it as it came."""

from __future__ import annotations

import copy
import logging
from typing import Any

from aiogram import Bot
from aiogram.types import Message, Update
from pydantic import ValidationError

from bot.telegram.parsing.contents import UNDECODED
from bot.telegram.parsing.updates import Fetched, Unreadable

log = logging.getLogger(__name__)

TRIES = 4  # what lies behind a fault is only found once that is put aside
WITH_MESSAGE = ("message", "edited_message", "business_message", "edited_business_message", "guest_message")
_REPLIED = "reply_to_message"
_REQUIRED = frozenset(field.alias or name for name, field in Message.model_fields.items() if field.is_required())


def decode(raw: dict[str, Any], bot: Bot | None = None) -> Fetched:
    """Return the update; Unreadable if not even whose message it is can be read."""
    given = raw
    for _ in range(TRIES):
        try:
            return Update.model_validate(given, context={"bot": bot})
        except ValidationError as error:
            faults = {_fault(given, one["loc"]) for one in error.errors(include_input=False, include_url=False)}
            if None in faults:
                break
            given = _without(given, {fault for fault in faults if fault is not None})
            names = sorted({fault[-1] for fault in faults if fault is not None})
            log.warning("Telegram: update %s: the client library cannot read %s", raw["update_id"], ", ".join(names))
    return Unreadable(int(raw["update_id"]), raw)


def _fault(raw: dict[str, Any], at: tuple[int | str, ...]) -> tuple[str, ...] | None:
    """The path of the outermost field of a message that may be put aside for this fault; None if none may."""
    if len(at) < 2 or at[0] not in WITH_MESSAGE:
        return None
    path, held = [str(at[0])], raw[str(at[0])]
    for name in at[1:]:
        inside = name == _REPLIED and isinstance(held.get(name), dict)
        if not inside:
            break
        path.append(_REPLIED)
        held = held[_REPLIED]
    field = at[len(path)] if len(path) < len(at) else None
    if isinstance(field, str) and field in held and field not in _REQUIRED:
        return (*path, field)
    return tuple(path) if len(path) > 1 else None  # the message replied to lacks what every message has


def _without(raw: dict[str, Any], faults: set[tuple[str, ...]]) -> dict[str, Any]:
    """The update with these fields under names that the library leaves alone."""
    lighter = copy.deepcopy(raw)
    for *path, field in sorted(faults, key=len, reverse=True):
        held = lighter
        for name in path:
            held = held[name]
        held[f"{UNDECODED}{field}"] = held.pop(field)
    return lighter
