"""Keyboards for Bot API servers of any age: colours and disabled buttons are left out where they are refused."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, TelegramObject

log = logging.getLogger(__name__)

# A server that does not know `disabled` sees a button that does nothing at all; `style` it may refuse by name.
REFUSALS = ("text buttons are unallowed", "button_type_invalid", "button_style", "disabled")

Result = TypeVar("Result")
Kept = TypeVar("Kept", bound=TelegramObject | None)


class Keyboards:
    """Remembers, until the program starts anew, that a server refuses the state of buttons."""

    def __init__(self) -> None:
        self.plain = False  # what a server refused once is not offered again

    async def send(self, call: Callable[[Kept], Awaitable[Result]], markup: Kept) -> Result:
        """Make a call with this keyboard, and once more with a plain one if the state of its buttons is refused."""
        stated = _has_state(markup)
        if not stated or self.plain:
            return await call(_plain(markup) if stated else markup)
        try:
            return await call(markup)
        except TelegramBadRequest as error:
            if not any(sign in str(error).casefold() for sign in REFUSALS):
                raise
        told = await call(_plain(markup))
        self.plain = True
        log.warning(
            "Telegram: the Bot API server does not know coloured and disabled buttons (it needs 10.3); "
            "the keyboards go without them until the next start."
        )
        return told


def _has_state(markup: TelegramObject | None) -> bool:
    if not isinstance(markup, InlineKeyboardMarkup):
        return False
    return any(button.style or button.disabled for row in markup.inline_keyboard for button in row)


def _plain(markup: Kept) -> Kept:
    """The keyboard without colours and without buttons that do nothing."""
    if not isinstance(markup, InlineKeyboardMarkup):
        return markup
    rows = [
        [button.model_copy(update={"style": None}) for button in row if button.disabled is None]
        for row in markup.inline_keyboard
    ]
    return markup.model_copy(update={"inline_keyboard": [row for row in rows if row]})
