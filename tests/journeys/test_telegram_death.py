"""kill -9 while Telegram is talked to: a message counts once; only a send that was cut is repeated, with a label."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.delivery import outbox
from bot.transcript.conversations import conversations
from bot.transcript.message_store import transcript
from bot.wording.privacy_notice import SHOWN
from bot.wording.telegram_customers import MAYBE_TWICE
from tests.fakes.telegram_api import TOKEN, FakeTelegram, text_update
from tests.journeys.mortal import condemn, mortal_server
from tests.journeys.people import Desk, desk_at
from tests.processes import Server, eventually

CHAT = 4711


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("side", "nth"), [("after", 1), ("before", 3)])
async def test_death_between_taking_in_and_sending(tmp_path: Path, side: str, nth: int) -> None:
    async with FakeTelegram() as api:
        server = mortal_server(tmp_path, JIEDAI_TELEGRAM_TOKEN=TOKEN, JIEDAI_TELEGRAM_API=api.base)
        try:
            await asyncio.to_thread(server.start)
            await api.until(lambda: api.polling > 0, "the first poll")
            condemn(tmp_path, side, nth)
            number = await api.push(text_update(CHAT, "怎么查订单"))
            await asyncio.to_thread(eventually, lambda: not server.is_alive)
            await asyncio.to_thread(_end_leases, server)
            await asyncio.to_thread(server.start)
            await api.until_confirmed(number)
            assert await asyncio.to_thread(_settled, server) == {
                "lines": ["customer", "bot"],
                "states": ["sent", "sent"],  # the answer, and where the privacy notice stands
            }
        finally:
            server.kill()
    _see_labels([message.text for message in api.sent_to(CHAT)], f"killed {side} commit {nth}")


def _see_labels(said: list[str], moment: str) -> None:
    assert sum(message.startswith(SHOWN) for message in said) in (1, 2)
    first, *again = [message for message in said if not message.startswith(SHOWN)]
    assert len(again) <= 1, moment
    for text in again:
        assert MAYBE_TWICE in text, f"{moment}: said twice, so the second one says that it may be"
        assert text.replace(MAYBE_TWICE, "").strip() == first


def _end_leases(server: Server) -> None:
    """As if the minute had passed after which another process may take over an unfinished send."""
    with desk_at(server) as desk:
        desk.service.database.write_now(_shift)


def _shift(db: Connection) -> None:
    table = outbox.outbox
    for row in db.execute(select(table).where(table.c.state == "pending")).all():
        earlier = {"next_at": row.next_at - outbox.LEASE - timedelta(seconds=1)}
        db.execute(update(table).where(table.c.id == row.id).values(**earlier))


def _settled(server: Server) -> dict[str, Any]:
    with desk_at(server) as desk:
        eventually(lambda: _states(desk) and set(_states(desk)) == {"sent"})
        number = desk.rows(select(conversations.c.id).where(conversations.c.channel == "telegram"))[0][0]
        lines = desk.read(transcript, number)
        return {"lines": [line.author for line in lines], "states": _states(desk)}


def _states(desk: Desk) -> list[str]:
    return [row.state for row in desk.rows(select(outbox.outbox.c.state))]
