"""People: customers and staff who write, tap, edit, come and go, and meet the same rules as everybody there."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chats import Chat, Message, member_row
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.updates import AT

if TYPE_CHECKING:
    from tests.fakes.telegram.bot import Bot

_taps = itertools.count(1)
_albums = itertools.count(1)
PLACE: Json = {"latitude": 31.2304, "longitude": 121.4737}


class Person:
    """Somebody with an account. What they do in a private chat goes to the bot; `chat` names a group they are in."""

    def __init__(self, bot: Bot, account: int, **about: Any) -> None:
        self._bot = bot
        self.user: Json = {"id": account, "is_bot": False, "first_name": "客户"} | about
        self.id = account

    @property
    def _own_chat(self) -> Json:
        names = {name: self.user[name] for name in ("first_name", "last_name", "username") if name in self.user}
        return {"id": self.id, "type": "private"} | names

    def _in(self, chat: int | None) -> Chat:
        if chat is None:
            own = self._bot._known(self.id)
            own.raw.update(self._own_chat)
            return own
        found = self._bot.chats[chat]
        if found.standing(self.id) in ("left", "kicked"):
            raise AssertionError(f"{self.id} is not in {chat}; call join first")
        return found

    # Writing.

    async def say(
        self,
        text: str = "",
        *,
        chat: int | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        **content: Any,
    ) -> int:
        """A message, in a topic or as an answer to another if told so; its number."""
        where = self._in(chat)
        raw = self._raw(where, thread, reply_to) | ({"text": text} if text else {}) | content
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            raw["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        kept = self._bot._keep(where, raw, mine=False)
        self._bot._learn_files(raw)
        if self._is_heard(where, raw):
            self._bot.queue({"message": raw})
        return kept.number

    def _raw(self, where: Chat, thread: int | None, reply_to: int | None) -> Json:
        answered = self._standing(where, reply_to) if reply_to is not None else None
        thread = thread if thread is not None or answered is None else answered.thread
        raw: Json = {"message_id": next(where.numbers), "date": AT, "chat": where.raw, "from": self.user}
        if thread is not None:
            topic = where.topics.get(thread)
            if topic is None or topic.deleted or not where.has_topics:
                raise bad("message thread not found")
            if topic.closed and not where.may(self.id, "can_manage_topics"):
                raise bad("TOPIC_CLOSED")
            raw |= {"message_thread_id": thread, "is_topic_message": True}
            # Words in a topic that answer nothing in particular come as an answer to its first message.
            answered = answered or where.messages[thread]
        return raw | ({"reply_to_message": answered.quoted} if answered is not None else {})

    @staticmethod
    def _standing(where: Chat, number: int) -> Message:
        found = where.messages.get(number)
        if found is None or found.deleted:
            raise AssertionError(f"there is no message {number} in {where.id}")
        return found

    def _is_heard(self, where: Chat, raw: Json) -> bool:
        """In a group a bot hears everything as an administrator; else commands, answers to it, and its name."""
        bot = self._bot
        status = where.standing(bot.bot_id)
        if where.private or status in ("administrator", "creator"):
            return True
        if status != "member":
            return False
        text, answered = str(raw.get("text", "")), raw.get("reply_to_message", {})
        to_bot = answered.get("from", {}).get("id") == bot.bot_id
        return bot.sees_all or text.startswith("/") or to_bot or f"@{bot.bot['username']}" in text

    def open_topic(self, name: str) -> int:
        """A topic of their own chat with the bot; its number."""
        return self._bot.make_topic(self._in(None), name, by=self.user).thread

    async def start(self, payload: str = "") -> int:
        """Follow a link to the bot, which may carry something."""
        return await self.say(f"/start {payload}".rstrip())

    async def photo(self, caption: str = "", *, content: bytes = b"\xff\xd8 a picture", **more: Any) -> int:
        """A picture, perhaps with words."""
        return await self._send_file("photo", content, caption, **more)

    async def voice(self, content: bytes = b"OggS a voice", **more: Any) -> int:
        """A voice message."""
        return await self._send_file("voice", content, **more)

    async def video(self, caption: str = "", *, content: bytes = b"a film", **more: Any) -> int:
        """A film."""
        return await self._send_file("video", content, caption, **more)

    async def document(
        self,
        name: str = "账单.pdf",
        content: bytes = b"%PDF-",
        caption: str = "",
        *,
        size: int | None = None,
        **more: Any,
    ) -> int:
        """A file; with `size` one so large that its bytes are kept nowhere."""
        return await self._send_file("document", content, caption, name=name, size=size, **more)

    async def sticker(self, emoji: str = "👍", **more: Any) -> int:
        """A sticker."""
        told = self._bot.media("sticker", self._bot.make_file("sticker", b"RIFF a sticker")) | {"emoji": emoji}
        return await self.say(sticker=told, **more)

    async def _send_file(
        self, kind: str, content: bytes, caption: str = "", *, name: str = "", size: int | None = None, **more: Any
    ) -> int:
        told = self._bot.media(kind, self._bot.make_file(kind, content, name=name, size=size), name=name)
        said: Json = {kind: told} | ({"caption": caption} if caption else {}) | more
        return await self.say(**said)

    async def album(self, count: int = 3, caption: str = "", **more: Any) -> list[int]:
        """Pictures in one go, each its own message; the words stand under the first."""
        group = f"users-album-{next(_albums)}"
        words = [caption] + [""] * (count - 1)
        pictures = [b"\xff\xd8 picture %d" % nth for nth in range(count)]
        return [
            await self.photo(said, content=picture, media_group_id=group, **more)
            for said, picture in zip(words, pictures, strict=True)
        ]

    async def location(self, **more: Any) -> int:
        """Where they are."""
        return await self.say(location=PLACE, **more)

    async def venue(self, title: str = "旗舰店", address: str = "南京西路 1 号", **more: Any) -> int:
        """A place with a name."""
        return await self.say(venue={"location": PLACE, "title": title, "address": address}, location=PLACE, **more)

    async def contact(self, phone: str, *, owner: int | str | None = "me", forwarded: bool = False, **more: Any) -> int:
        """A contact card: their own, another account's, or of somebody without an account (None)."""
        card: Json = {"phone_number": phone, "first_name": self.user["first_name"]}
        if owner is not None:
            card["user_id"] = self.id if owner == "me" else owner
        if forwarded:
            more["forward_origin"] = {"type": "user", "date": AT, "sender_user": self.user}
        return await self.say(contact=card, **more)

    async def edit(self, number: int, text: str, *, chat: int | None = None) -> int:
        """Change what they wrote: its words, or those under its picture; the message's number."""
        where = self._in(chat)
        message = self._standing(where, number)
        if message.raw["from"]["id"] != self.id:
            raise AssertionError("people change their own messages only")
        message.past.append({name: message.raw[name] for name in ("text", "caption") if name in message.raw})
        message.raw = message.raw | {"text" if "text" in message.raw else "caption": text, "edit_date": AT}
        if self._is_heard(where, message.raw):
            self._bot.queue({"edited_message": message.raw})
        return number

    async def delete(self, number: int, *, chat: int | None = None) -> None:
        """Take a message back; no bot is told."""
        self._standing(self._in(chat), number).deleted = True

    # Tapping.

    async def tap(self, number: int, button: str, *, chat: int | None = None) -> str:
        """Tap a button that really stands under a message, named by its words or its data; the tap's id."""
        message = self._standing(self._in(chat), number)
        buttons = itertools.chain.from_iterable(message.markup.get("inline_keyboard", []))
        shown = {key: one["callback_data"] for one in buttons if "callback_data" in one for key in one.values()}
        if button not in shown:
            raise AssertionError(f"no button {button!r} under {message.text!r}: {sorted(shown)}")
        return await self.forge(shown[button], number, chat=chat)

    async def forge(self, data: str, number: int, *, chat: int | None = None) -> str:
        """A tap with any data under any message, as a tampered client can send it; the tap's id."""
        where = self._bot.chats[chat] if chat is not None else self._in(None)
        message = where.messages.get(number)
        gone: Json = {"chat": where.raw, "message_id": number, "date": 0}
        under = message.raw if message is not None and not message.deleted else gone
        tap = f"tap-{self.id}-{next(_taps)}"
        query = {"id": tap, "from": self.user, "chat_instance": str(where.id), "data": data, "message": under}
        self._bot.queue({"callback_query": query})
        return tap

    async def tap_last(self, button: str, *, chat: int | None = None) -> str:
        """Tap a button under the last message that shows it."""
        for message in reversed(self._in(chat).standing_messages()):
            rows = message.markup.get("inline_keyboard", [])
            if any(button in one.values() for one in itertools.chain.from_iterable(rows)):
                return await self.tap(message.number, button, chat=chat)
        raise AssertionError(f"no message shows {button!r}")

    # Coming and going.

    def join(self, chat: int, status: str = "member", **rights: bool) -> None:
        """Enter a group, or become administrator of it."""
        where = self._bot.chats[chat]
        self._bot._stand(where, self.user, status, rights, by=self.user)

    def leave(self, chat: int, *, thrown_out: bool = False) -> None:
        """Leave a group, or be thrown out."""
        where = self._bot.chats[chat]
        self._bot._stand(where, self.user, "kicked" if thrown_out else "left", {}, by=self.user)

    def block(self) -> None:
        """Stop the bot: it is told, and every send is refused."""
        self._bot.blocked.add(self.id)
        self._told_of_bot("member", "kicked")

    def unblock(self) -> None:
        """Take the bot back."""
        self._bot.blocked.discard(self.id)
        self._told_of_bot("kicked", "member")

    def delete_account(self) -> None:
        """Be gone for good; no bot is told."""
        self._in(None).deactivated = True

    def _told_of_bot(self, old: str, new: str) -> None:
        rows = {f"{which}_chat_member": member_row(self._bot.bot, was) for which, was in (("old", old), ("new", new))}
        where = self._in(None)
        self._bot.queue({"my_chat_member": {"chat": where.raw, "from": self.user, "date": AT} | rows})
