"""What the bot does to messages that are there: change, delete, pin, put a sign under, answer a tap."""

from __future__ import annotations

from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.reading import flag, integer, objects, words
from tests.fakes.telegram.receiving import Receiving
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.updates import AT
from tests.fakes.telegram.wording import read_caption, read_markup, read_text, units

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
REACTIONS = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)


class Editing(Receiving):
    """Edits and the like."""

    def _do_editMessageText(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        chat, message = self._own(given)
        if "text" not in message.raw:
            raise bad("there is no text in the message to edit")
        text, entities = read_text(given)
        return self._change(chat, message, {"text": text, "entities": entities}, given)

    def _do_editMessageCaption(self, given: Json) -> Json:  # noqa: N802
        chat, message = self._own(given)
        if "text" in message.raw:
            raise bad("there is no caption in the message to edit")
        caption, entities = read_caption(given)
        return self._change(chat, message, {"caption": caption, "caption_entities": entities}, given)

    def _do_editMessageReplyMarkup(self, given: Json) -> Json:  # noqa: N802
        chat, message = self._own(given)
        return self._change(chat, message, {}, given)

    def _own(self, given: Json) -> tuple[Chat, Message]:
        chat = self._chat(given)
        if chat.private:
            self._check_reachable(chat)
        message = self._message(chat, integer(given, "message_id"), "edit")
        if not message.mine or message.service:
            raise bad("message can't be edited")
        return chat, message

    def _change(self, chat: Chat, message: Message, content: Json, given: Json) -> Json:
        """Say it anew; a field that is empty now disappears, and buttons not given again are taken away."""
        content["reply_markup"] = read_markup(given, private=chat.private, inline_only=True)
        before = message.raw
        after = {k: v for k, v in (before | content).items() if v or k not in content}
        if after.get("reply_markup", {}).get("inline_keyboard") == []:
            del after["reply_markup"]
        after["edit_date"] = before.get("edit_date", AT)
        if after == before | {"edit_date": after["edit_date"]}:
            raise bad(UNCHANGED)
        message.past.append({k: v for k, v in before.items() if k in ("text", "caption", "reply_markup", "entities")})
        message.raw = after
        return after

    def _do_deleteMessage(self, given: Json) -> bool:  # noqa: N802
        chat = self._chat(given)
        self._delete(chat, self._message(chat, integer(given, "message_id"), "delete"))
        return True

    def _do_deleteMessages(self, given: Json) -> bool:  # noqa: N802
        chat, numbers = self._chat(given), objects(given, "message_ids") or []
        if not 1 <= len(numbers) <= 100:
            raise bad("there must be between 1 and 100 message identifiers")
        for number in numbers:
            if (found := chat.messages.get(int(number))) is not None and not found.deleted:
                self._delete(chat, found)
        return True

    def _delete(self, chat: Chat, message: Message) -> None:
        if not message.mine and not chat.private and not chat.may(self.bot_id, "can_delete_messages"):
            raise bad("message can't be deleted")
        message.deleted, message.pinned = True, False

    def _do_pinChatMessage(self, given: Json) -> bool:  # noqa: N802
        chat = self._chat(given)
        self._need(chat, "can_pin_messages", "manage pinned messages in the chat")
        message = self._message(chat, integer(given, "message_id"), "pin")
        if message.service:
            raise bad("message can't be pinned")
        if not message.pinned:
            message.pinned = True
            told = self._service(chat, self.bot, message.thread, pinned_message=message.quoted)
            self.queue({"message": told.raw})
        return True

    def _do_unpinChatMessage(self, given: Json) -> bool:  # noqa: N802
        chat = self._chat(given)
        self._need(chat, "can_pin_messages", "manage pinned messages in the chat")
        pinned = [message for message in chat.standing_messages() if message.pinned]
        number = integer(given, "message_id", pinned[-1].number if pinned else 0)
        self._message(chat, number, "unpin").pinned = False
        return True

    def _do_unpinAllChatMessages(self, given: Json) -> bool:  # noqa: N802
        chat = self._chat(given)
        self._need(chat, "can_pin_messages", "manage pinned messages in the chat")
        for message in chat.messages.values():
            message.pinned = False
        return True

    def _do_setMessageReaction(self, given: Json) -> bool:  # noqa: N802
        chat = self._chat(given)
        message = self._message(chat, integer(given, "message_id"), "react")
        if message.service:
            raise bad("message can't be reacted")
        reactions = objects(given, "reaction") or []
        if len(reactions) > 1:
            raise bad("REACTIONS_TOO_MANY")
        for one in reactions:
            if one.get("type") != "emoji" or one.get("emoji") not in REACTIONS:
                raise bad("REACTION_INVALID")
        message.reactions = [one["emoji"] for one in reactions]
        return True

    def _do_answerCallbackQuery(self, given: Json) -> bool:  # noqa: N802
        text = words(given, "text")
        if units(text) > 200:
            raise bad("MESSAGE_TOO_LONG")
        tap = words(given, "callback_query_id")
        if tap not in self._open_taps:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._open_taps.discard(tap)
        self.taps_answered[tap] = text
        if flag(given, "show_alert"):
            self.alerts.add(tap)
        return True
