"""Messages that one person of a group sees: sent, changed and taken back by who received them; and older servers."""

from __future__ import annotations

import itertools
from typing import Any, Literal

from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.reading import integer, objects
from tests.fakes.telegram.receiving import Receiving
from tests.fakes.telegram.refusals import Json, Refusal, bad
from tests.fakes.telegram.sending import Sending
from tests.fakes.telegram.updates import AT
from tests.fakes.telegram.wording import read_markup, read_text

PARAMETERS = "ephemeral_message_parameters"
TOO_LATE = "query is too old and response timeout expired or query ID is invalid"
# What a server that is older does with what it does not know; "" is one of today.
Age = Literal["", "ignores", "refuses"]


class Ephemeral(Sending, Receiving):
    """Ephemeral messages; `message_id` is 0, so that they stand in no chat's list of messages."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.older: Age = ""
        self.ephemerals: dict[tuple[int, int, int], Json] = {}  # by chat, receiver and number; what stands
        self.from_staff: dict[tuple[int, int, int], Json] = {}  # what people wrote to the bot alone
        self.ephemerals_sent: list[tuple[int, str]] = []  # receiver and words, also of what was changed since
        self._late_taps: set[str] = set()
        self._ephemeral_numbers = itertools.count(1)
        self._ephemeral_taps = itertools.count(1)

    def as_known(self, method: str, given: Json) -> Json:
        """What is left of a call at a server of this age; raises Refusal."""
        if not self.older:
            return given
        if "Ephemeral" in method:
            raise Refusal(404, "Not Found: method not found")
        if self.older == "refuses" and PARAMETERS in given:
            raise bad("unsupported parameter specified")
        left = {name: value for name, value in given.items() if name != PARAMETERS}
        if "inline_keyboard" in (objects(left, "reply_markup") or {}):
            rows = objects(left, "reply_markup")["inline_keyboard"]
            left["reply_markup"] = {"inline_keyboard": [[_without_state(one) for one in row] for row in rows]}
        return left

    def expire_taps(self) -> None:
        """More than fifteen seconds have passed since every tap so far."""
        self._late_taps |= self._open_taps

    def _do_sendMessage(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        whose = objects(given, PARAMETERS)
        if whose is None:
            return super()._do_sendMessage(given)
        chat, receiver = self._open_chat(given), integer(whose, "receiver_user_id")
        self._check_allowed(chat, receiver, whose.get("callback_query_id"))
        text, entities = read_text(given)
        number = next(self._ephemeral_numbers)
        raw: Json = {"message_id": 0, "ephemeral_message_id": number, "date": AT, "chat": chat.raw, "from": self.bot}
        raw |= {"receiver_user": chat.members[receiver]["user"], "text": text}
        thread = self._thread(chat, given)
        if thread is not None:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        if entities:
            raw["entities"] = entities
        if reply := objects(given, "reply_parameters"):
            self._check_answered(chat, receiver, reply)
        if markup := read_markup(given, private=False, inline_only=True):
            raw["reply_markup"] = markup
        self.ephemerals[chat.id, receiver, number] = raw
        self.ephemerals_sent.append((receiver, text))
        return raw

    def _check_allowed(self, chat: Chat, receiver: int, tap: str | None) -> None:
        """Within fifteen seconds of a tap anybody may answer it; an administrator at any time."""
        if chat.private:
            raise bad("BOT_NOT_ADMIN")
        if chat.standing(receiver) in ("left", "kicked"):
            raise bad("USER_NOT_PARTICIPANT")
        if tap is not None:
            if tap in self._late_taps or (tap not in self._open_taps and tap not in self.taps_answered):
                raise bad(TOO_LATE)
        elif chat.standing(self.bot_id) not in ("administrator", "creator"):
            raise bad("BOT_NOT_ADMIN")

    def _check_answered(self, chat: Chat, receiver: int, reply: Json) -> None:
        number = reply.get("ephemeral_message_id")
        if "message_id" in reply or (chat.id, receiver, number) not in self.from_staff:
            raise bad("message to be replied not found")

    def _do_editEphemeralMessageText(self, given: Json) -> bool:  # noqa: N802
        raw = self._ephemeral(given)
        raw["text"], raw["entities"] = read_text(given)
        return self._set_markup(raw, given)

    def _do_editEphemeralMessageReplyMarkup(self, given: Json) -> bool:  # noqa: N802
        return self._set_markup(self._ephemeral(given), given)

    def _do_deleteEphemeralMessage(self, given: Json) -> bool:  # noqa: N802
        raw = self._ephemeral(given)
        del self.ephemerals[raw["chat"]["id"], raw["receiver_user"]["id"], raw["ephemeral_message_id"]]
        return True

    def _ephemeral(self, given: Json) -> Json:
        key = (self._chat(given).id, integer(given, "receiver_user_id"), integer(given, "ephemeral_message_id"))
        if key not in self.ephemerals:
            raise bad("EPHEMERAL_MESSAGE_ID_INVALID")
        return self.ephemerals[key]

    @staticmethod
    def _set_markup(raw: Json, given: Json) -> bool:
        raw.pop("reply_markup", None)
        if (markup := read_markup(given, private=False, inline_only=True)).get("inline_keyboard"):
            raw["reply_markup"] = markup
        return True

    # What people do with them.

    def sees(self, account: int) -> list[str]:
        """The words that stand for this person alone, in the order they came."""
        return [raw["text"] for (_, receiver, _), raw in self.ephemerals.items() if receiver == account]

    def menu_of(self, account: int) -> list[str]:
        """The labels under the last message that stands for this person alone."""
        shown = [raw for (_, receiver, _), raw in self.ephemerals.items() if receiver == account]
        rows = shown[-1].get("reply_markup", {}).get("inline_keyboard", []) if shown else []
        return [button["text"] for row in rows for button in row]

    def tap_menu(self, account: int, button: str) -> str:
        """Somebody taps in the last message that only they see; the tap's id."""
        raw = [raw for (_, receiver, _), raw in self.ephemerals.items() if receiver == account][-1]
        row = itertools.chain.from_iterable(raw["reply_markup"]["inline_keyboard"])
        data = next(one["callback_data"] for one in row if one["text"] == button)
        tap = f"private-tap-{account}-{next(self._ephemeral_taps)}"
        query = {"id": tap, "from": raw["receiver_user"], "chat_instance": "1", "data": data, "message": raw}
        self.queue({"callback_query": query})
        return tap

    def say_to_bot(self, chat: int, account: int, text: str, thread: int | None = None, **content: Any) -> int:
        """Somebody writes what only the bot sees, as a command or in reply to such a message; its number."""
        where, number = self.chats[chat], next(self._ephemeral_numbers)
        sender = where.members[account]["user"]
        raw: Json = {"message_id": 0, "ephemeral_message_id": number, "date": AT, "chat": where.raw, "from": sender}
        if thread is not None:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        raw |= {"receiver_user": self.bot, "text": text} | content
        self.from_staff[chat, account, number] = raw
        self.queue({"message": raw})
        return number


def _without_state(button: Json) -> Json:
    return {name: value for name, value in button.items() if name not in ("style", "disabled")}
