"""Answer a tap: what concerns the tapper alone is shown to them alone, where the group allows it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.desk.button_actions import CallbackAnswer
from bot.telegram.desk.buttons import for_one
from bot.telegram.desk.only_for_one import OnlyForOne, Reader
from bot.telegram.parsing.staff import ButtonPress

log = logging.getLogger(__name__)

LONGEST = 200  # characters of what Telegram shows in answer to a tap
# Who taps for the same list again, and not by a double tap, did not see it: it then replaces the card's buttons.
UNSEEN_FROM, UNSEEN_TO = timedelta(seconds=3), timedelta(minutes=1)
MOST_KEPT = 1000


class TapAnswers:
    """Answers taps after their commit."""

    def __init__(self, service: Service, client: Client, alone: OnlyForOne) -> None:
        self.service, self.client, self.alone = service, client, alone
        self._shown: dict[tuple[int, int, str], datetime] = {}  # lists shown to one person, by chat, account and button

    async def give(self, tapped: ButtonPress, answer: CallbackAnswer) -> None:
        """Answer a tap on a card, or in a list that the tapper alone sees."""
        if tapped.ephemeral is not None:
            await self._under_own_list(tapped, tapped.ephemeral, answer)
        elif not await self._to_tapper(tapped, answer):
            await self._to_all(tapped, answer)

    async def _to_tapper(self, tapped: ButtonPress, answer: CallbackAnswer) -> bool:
        text = answer.asks or (answer.text if answer.alert else None)
        # A card too old for Telegram to name its topic is answered as ever.
        if text is None or tapped.thread is None or (answer.asks and self._was_not_seen(tapped)):
            return False
        markup = for_one(answer.under) if answer.asks and answer.under is not None else None
        if not await self.alone.show(_reader(tapped), text, markup):
            return False
        # A refusal is flashed too: it may be that the message does not arrive.
        await self.client.answer_tap(tapped.tap, None if answer.asks else text[:LONGEST])
        return True

    async def _under_own_list(self, tapped: ButtonPress, number: int, answer: CallbackAnswer) -> None:
        reader, text = _reader(tapped), answer.text[:LONGEST] if answer.text else None
        self._shown = {key: at for key, at in self._shown.items() if key[:2] != (tapped.chat, tapped.account)}
        if answer.asks:
            markup = for_one(answer.under) if answer.under is not None else None
            seen = await self.alone.change(reader, number, answer.asks, markup)
            seen = seen or await self.alone.show(reader, answer.asks, markup)
            await self.client.answer_tap(tapped.tap, None if seen else text, alert=not seen)
        elif answer.alert and answer.text:
            seen = await self.alone.change(reader, number, answer.text)
            await self.client.answer_tap(tapped.tap, text, alert=not seen)
        else:
            await self.client.answer_tap(tapped.tap, text)
            await self.alone.take_away(reader, number)

    async def _to_all(self, tapped: ButtonPress, answer: CallbackAnswer) -> None:
        text = answer.text[:LONGEST] if answer.text else None
        await self.client.answer_tap(tapped.tap, text, alert=answer.alert)
        if answer.under is not None:
            try:
                await self.client.edit_buttons(tapped.chat, tapped.number, answer.under)
            except Exception as error:  # noqa: BLE001  # the card itself is brought up to date in any case
                log.debug("the buttons of a card were not changed: %s", self.client.safe(error))

    def _was_not_seen(self, tapped: ButtonPress) -> bool:
        now, key = self.service.clock(), (tapped.chat, tapped.account, tapped.data)
        before = self._shown.pop(key, None)
        if before is not None and UNSEEN_FROM <= now - before <= UNSEEN_TO:
            return True
        self._shown[key] = now
        if len(self._shown) > MOST_KEPT:
            del self._shown[next(iter(self._shown))]
        return False


def _reader(tapped: ButtonPress) -> Reader:
    return Reader(tapped.chat, tapped.thread, tapped.account, tap=tapped.tap)
