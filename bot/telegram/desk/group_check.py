"""Check a staff group's setup by the Bot API; faults are worded for whoever can repair them."""

from __future__ import annotations

import logging

from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import ChatMemberAdministrator, ChatMemberOwner, ResultChatMemberUnion

from bot.telegram.api.client import Client
from bot.wording.topic_faults import GONE, NO_PIN, NO_RIGHTS, NOT_FORUM

log = logging.getLogger(__name__)


async def complaint(client: Client, chat: int) -> tuple[str | None, bool]:
    """Return the fault's sentence, None if all is well, and whether the Bot API answered at all."""
    try:
        about = await client.topics.group(chat)
        membership = await _membership(client, chat)
    except (TelegramBadRequest, TelegramForbiddenError):
        return GONE, True
    except Exception as error:  # noqa: BLE001  # whatever it is, it says nothing about the group
        log.info("Telegram group %d could not be looked at: %s", chat, client.safe(error))
        return None, False
    return _missing(membership) or (None if about.is_forum else NOT_FORUM), True


async def _membership(client: Client, chat: int) -> ResultChatMemberUnion | None:
    try:
        return await client.topics.membership(chat, client.bot_id)
    except ClientDecodeError:  # an older Bot API server leaves out rights that the library demands
        return None


def _missing(membership: ResultChatMemberUnion | None) -> str | None:
    match membership:
        case None:  # whatever is missing is found out when it is tried
            return None
        case ChatMemberOwner():
            return None
        case ChatMemberAdministrator(can_manage_topics=topics, can_pin_messages=pins):
            return NO_RIGHTS if not topics else None if pins else NO_PIN
        case _:
            return GONE if membership.status in ("left", "kicked") else NO_RIGHTS
