"""The peer: the smallest bot aiogram's own manual shows, answering each message with its words."""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def echo(message: Message) -> None:
    """Answer with the same words."""
    await message.answer(message.text or "…")


async def main(token: str, base: str) -> None:
    """Poll until ended."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    await dispatcher.start_polling(Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(base))))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
