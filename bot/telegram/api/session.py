"""The client's HTTP session: the most frequent methods are posted as plain JSON, without aiogram's models."""

from __future__ import annotations

import json
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.types import Message, Update
from aiohttp import ClientError, ClientTimeout

SEND_SECONDS = 15  # of patience with one request; well under what the sender allows a send

JSON = {"Content-Type": "application/json"}
# Held for ever: pydantic forgets these models at every full garbage collection, and makes them anew for milliseconds.
KEPT = (Response[bool], Response[list[Update]], Response[Message])


class Session(AiohttpSession):
    """aiogram's session, with a shortcut for methods whose result needs no decoding."""

    async def ask(self, bot: Bot, method: type[TelegramMethod[Any]], values: dict[str, Any], seconds: int) -> Any:
        """Call a method and return its undecoded result.

        Raises TelegramNetworkError, and aiogram's errors for a refusal.
        """
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        given = {name: value for name, value in values.items() if value is not None}
        body = json.dumps(given, ensure_ascii=False).encode()
        try:
            async with session.post(url, data=body, headers=JSON, timeout=ClientTimeout(total=seconds)) as answer:
                content = await answer.text()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method.model_construct(), message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method.model_construct(), message=type(error).__name__) from error
        found = _result(content)
        if found is None:  # aiogram puts the refusal into its own words
            self.check_response(bot=bot, method=method.model_construct(), status_code=answer.status, content=content)
        return found


def _result(content: str) -> Any:
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    return answer.get("result") if isinstance(answer, dict) and answer.get("ok") is True else None
