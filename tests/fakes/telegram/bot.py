"""One bot, whole: every method it can be asked for, under the faults a test has asked for."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from aiohttp.web import FileField

from tests.fakes.telegram.business import Business
from tests.fakes.telegram.copying import Copying
from tests.fakes.telegram.ephemeral import Ephemeral
from tests.fakes.telegram.groups import Groups
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.owners import Owner
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.refusals import HangUp, Json, Refusal, bad
from tests.fakes.telegram.standing import Standing
from tests.fakes.telegram.state import Call
from tests.fakes.telegram.webhooks import Webhooks


class Bot(Business, Ephemeral, Webhooks, Groups, Copying, Standing):
    """A bot at the server."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._handlers: dict[str, Callable[[Json], Any]] = {
            name: getattr(self, f"_do_{name}") for name in METHODS if hasattr(self, f"_do_{name}")
        }

    def person(self, account: int, **about: Any) -> Person:
        """Somebody with this account; `about` are first_name, username, language_code and the like."""
        return Person(self, account, **about)

    def owner(self, account: int, **about: Any) -> Owner:
        """Somebody who may connect the bot to their own account."""
        return Owner(self, account, **about)

    async def call(self, call: Call, given: Json) -> Any:
        """Do what is asked, or refuse it, or be cut off."""
        call.given, method = given, call.method
        if waiting := self._faults.get(method):
            fault = waiting.popleft()
            raise fault if isinstance(fault, Exception) else fault()
        given = self.as_known(method, given)
        handler = self._handlers.get(method)
        if handler is None:
            raise Refusal(404, "Not Found: method not found")
        # An upload may have any name: another parameter points to it.
        if slips := [name for name in given.keys() - METHODS[method] if not isinstance(given[name], FileField)]:
            raise bad(f"{method} takes no parameter {min(slips)}")
        result = handler(given)
        if inspect.isawaitable(result):
            result = await result
        if self._delays and (delays := self._delays.get(method)):
            delay = delays.popleft()
            self._notify()
            await (delay.wait() if isinstance(delay, asyncio.Event) else asyncio.sleep(delay))
        if self._cut_after[method] > 0:
            self._cut_after[method] -= 1
            raise HangUp
        return result

    async def close(self) -> None:
        """Nobody waits any longer."""
        self._closing = True
        self._wake_pollers()
        self._notify()
        await super().close()
