"""Chats and their members as the bot may look at them, and the bot's own face."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram.chats import Chat, member_row
from tests.fakes.telegram.reading import integer, objects
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.state import State

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
FULL: Json = {"accent_color_id": 0, "max_reaction_count": 11}  # what getChat says of everybody
GIFTS = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"]


class Standing(State):
    """getMe, getChat, getChatMember, commands."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.commands: dict[str, list[Json]] = {}  # by scope and language

    def _do_getMe(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        can = {"can_join_groups": True, "can_read_all_group_messages": self.sees_all}
        return self.bot | can | {"supports_inline_queries": False, "has_main_web_app": False}

    def _do_getChat(self, given: Json) -> Json:  # noqa: N802
        chat = self._chat(given)
        full = chat.raw | FULL | {"accepted_gift_types": dict.fromkeys(GIFTS, False)}
        pinned = [message for message in chat.standing_messages() if message.pinned]
        return full | ({"pinned_message": pinned[-1].quoted} if pinned else {})

    def _do_getChatMember(self, given: Json) -> Json:  # noqa: N802
        chat, account = self._chat(given), integer(given, "user_id")
        if chat.private:
            return member_row(self.bot if account == self.bot_id else _stranger(chat, account), "member")
        found = chat.members.get(account)
        if found is None:
            raise bad("PARTICIPANT_ID_INVALID")
        return found

    def _do_getChatAdministrators(self, given: Json) -> list[Json]:  # noqa: N802
        chat = self._chat(given)
        return [row for row in chat.members.values() if row["status"] in ("creator", "administrator")]

    def _do_getChatMemberCount(self, given: Json) -> int:  # noqa: N802
        members = self._chat(given).members.values()
        return sum(row["status"] not in ("left", "kicked") for row in members)

    def _do_leaveChat(self, given: Json) -> bool:  # noqa: N802
        self._chat(given).members[self.bot_id] = member_row(self.bot, "left")
        return True

    def _do_setMyCommands(self, given: Json) -> bool:  # noqa: N802
        offered = objects(given, "commands") or []
        if len(offered) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for one in offered:
            if not COMMAND.fullmatch(str(one.get("command", ""))):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(str(one.get("description", ""))) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_scope(given)] = offered
        return True

    def _do_getMyCommands(self, given: Json) -> list[Json]:  # noqa: N802
        return self.commands.get(_scope(given), [])

    def _do_deleteMyCommands(self, given: Json) -> bool:  # noqa: N802
        self.commands.pop(_scope(given), None)
        return True


def _scope(given: Json) -> str:
    scope = (objects(given, "scope") or {}).get("type", "default")
    return f"{scope}/{given.get('language_code', '')}".rstrip("/")


def _stranger(chat: Chat, account: int) -> Json:
    if account != chat.id:
        raise bad("PARTICIPANT_ID_INVALID")
    return {"id": account, "is_bot": False, "first_name": chat.raw.get("first_name", "")}
