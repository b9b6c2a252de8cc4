"""What becomes of groups: made, given topics, taken rights from, moved; the bot put in, thrown out, blocked."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.chats import SUPERGROUP_BASE, Chat, Message, member_row
from tests.fakes.telegram.refusals import Json
from tests.fakes.telegram.topics import Topics
from tests.fakes.telegram.updates import AT

OWNER: Json = {"id": 900_001, "is_bot": False, "first_name": "群主"}
DESK_RIGHTS = {"can_manage_topics": True, "can_pin_messages": True, "can_delete_messages": True}


class Groups(Topics):
    """Groups as their owners run them."""

    def make_group(self, chat: int, title: str = "客服群", *, kind: str = "supergroup", **more: Any) -> Chat:
        """A group with the bot as an ordinary member: kind group or supergroup."""
        raw: Json = {"id": chat, "type": kind, "title": title} | more
        made = self.chats[chat] = Chat(chat, raw, numbers=self._private_numbers) if kind == "group" else Chat(chat, raw)
        made.members[OWNER["id"]] = member_row(OWNER, "creator")
        made.members[self.bot_id] = member_row(self.bot, "member")
        return made

    def make_forum(self, chat: int, title: str = "客服群", **rights: bool) -> Chat:
        """A supergroup with topics; the bot administers it, with the rights of a desk unless told otherwise."""
        made = self.make_group(chat, title, is_forum=True)
        made.members[self.bot_id] = member_row(self.bot, "administrator", DESK_RIGHTS | rights)
        return made

    def set_rights(self, chat: int, status: str = "administrator", **rights: bool) -> int:
        """The owner makes the bot an administrator with these rights, or `status`; the update's number."""
        return self._stand(self.chats[chat], self.bot, status, rights, by=OWNER)

    def throw_out_bot(self, chat: int) -> int:
        """The owner removes the bot from a group; the update's number."""
        return self._stand(self.chats[chat], self.bot, "kicked", {}, by=OWNER)

    def switch_topics(self, chat: int, *, on: bool) -> None:
        """The owner switches topics on or off; nobody is told."""
        found = self.chats[chat]
        found.raw.pop("is_forum", None)
        if on:
            found.raw["is_forum"] = True

    def migrate(self, chat: int, to: int | None = None) -> Chat:
        """A group becomes a supergroup under another number; both chats say so."""
        old = self.chats[chat]
        new = self.make_group(to or SUPERGROUP_BASE + chat, old.raw["title"])
        new.members |= old.members
        gone = self._service(old, OWNER, migrate_to_chat_id=new.id)
        begun = self._service(new, OWNER, migrate_from_chat_id=old.id)
        old.migrated_to = new.id
        self.queue({"message": gone.raw}, {"message": begun.raw})
        return new

    def delete_topic(self, chat: int, thread: int) -> None:
        """Somebody deletes a topic with all that was said in it; nobody is told."""
        self.remove_topic(self.chats[chat], thread)

    def close_topic(self, chat: int, thread: int, *, closed: bool = True) -> None:
        """The owner closes a topic, or opens it again."""
        self._toggle(self.chats[chat], self.chats[chat].topics[thread], closed=closed)

    def message(self, chat: int, number: int) -> Message:
        """A message as it stands, deleted or not."""
        return self.chats[chat].messages[number]

    def shown(self, chat: int, thread: int | None = None) -> list[str]:
        """The words that stand in a chat or in one of its topics, in order."""
        found = self.chats.get(chat)
        return found.words(thread) if found is not None else []

    def topic_named(self, chat: int, part: str) -> int:
        """The thread of the one standing topic with this in its name."""
        topics = self.chats[chat].topics.values()
        found = [topic.thread for topic in topics if part in topic.name and not topic.deleted]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} topics have {part!r} in their names: {[t.name for t in topics]}")
        return found[0]

    async def until_taken(self) -> None:
        """Wait until the bot has confirmed everything that was queued so far."""
        await self.until_confirmed(self.last_number)

    def leaks(self) -> list[str]:
        """Calls in whose parameters the token or its secret half stands."""
        secrets = (self.token, self.token.partition(":")[2])
        return [call.method for call in self.record if any(secret in str(call.given) for secret in secrets)]

    def _stand(self, chat: Chat, user: Json, status: str, rights: Json, *, by: Json) -> int:
        """Somebody's standing changes, and the bot is told, of its own and, as an administrator, of others'."""
        old = chat.members.get(user["id"]) or member_row(user, "left")
        new = chat.members[user["id"]] = member_row(user, status, rights)
        kind = "my_chat_member" if user["id"] == self.bot_id else "chat_member"
        if kind == "chat_member" and chat.standing(self.bot_id) not in ("administrator", "creator"):
            return 0
        change = {"chat": chat.raw, "from": by, "date": AT, "old_chat_member": old, "new_chat_member": new}
        return self.queue({kind: change})
