"""Chats as the server remembers them: who is in, what was said, which topics there are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fakes.telegram.refusals import Json

SUPERGROUP_BASE = -1_000_000_000_000
ADMIN_RIGHTS = [
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
]


class Message:
    """One message of a chat, with what happened to it."""

    __slots__ = ("at", "chat", "deleted", "mine", "number", "past", "pinned", "raw", "reactions", "service", "thread")

    def __init__(self, chat: int, raw: Json, at: float, *, mine: bool, service: bool = False) -> None:
        self.chat, self.raw, self.at, self.mine, self.service = chat, raw, at, mine, service
        self.number: int = raw["message_id"]
        self.thread: int | None = raw.get("message_thread_id") or raw.get("direct_messages_topic", {}).get("topic_id")
        self.past: list[Json] = []  # what it said before, oldest first
        self.reactions: list[str] = []  # the bot's own
        self.pinned = self.deleted = False

    @property
    def text(self) -> str:
        """Its words, or those under its picture."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def markup(self) -> Json:
        """The buttons under it now."""
        found: Json = self.raw.get("reply_markup", {})
        return found

    @property
    def quoted(self) -> Json:
        """The message as another one that answers it carries it along: one level deep."""
        return {name: value for name, value in self.raw.items() if name != "reply_to_message"}


@dataclass(slots=True)
class Topic:
    """One topic of a forum."""

    thread: int
    name: str
    color: int = 7322096
    closed: bool = False
    deleted: bool = False
    names: list[str] = field(default_factory=list)  # those it had before


@dataclass(slots=True)
class Chat:
    """One chat. A bot's standing in it is its row in `members`."""

    id: int
    raw: Json
    members: dict[int, Json] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(2))  # 1 says that the group was made
    general_closed: bool = False
    migrated_to: int | None = None
    deactivated: bool = False
    business: str = ""  # the connection of the account that it is a chat of

    @property
    def private(self) -> bool:
        """Whether it is somebody's own chat with the bot."""
        return self.id > 0

    @property
    def forum(self) -> bool:
        """Whether topics are switched on."""
        return bool(self.raw.get("is_forum"))

    @property
    def has_topics(self) -> bool:
        """Whether something can be said in topics here: in a forum, and in a private chat that has some."""
        return self.forum or (self.private and bool(self.topics))

    @property
    def direct(self) -> bool:
        """Whether it holds the direct messages of a channel, one topic for each customer."""
        return bool(self.raw.get("is_direct_messages"))

    def standing(self, account: int) -> str:
        """What somebody is here: creator, administrator, member, left, kicked."""
        return str(self.members.get(account, {}).get("status", "left"))

    def may(self, account: int, right: str) -> bool:
        """Whether somebody holds a right of administrators."""
        member = self.members.get(account, {})
        return member.get("status") == "creator" or bool(member.get(right))

    def words(self, thread: int | None = None) -> list[str]:
        """What was said here and still stands, in order; in one topic when `thread` is given."""
        return [m.text for m in self.standing_messages(thread) if not m.service]

    def standing_messages(self, thread: int | None = None) -> list[Message]:
        """Messages that were not deleted, in the order they came; of one topic when `thread` is given."""
        kept = (m for m in self.messages.values() if not m.deleted)
        return [m for m in kept if thread is None or m.thread == thread]


def member_row(user: Json, status: str, rights: Json | None = None) -> Json:
    """A ChatMember as Telegram writes it."""
    row: Json = {"status": status, "user": user}
    if status == "administrator":
        # True are only the rights given; aiogram wants every one of them written.
        row |= dict.fromkeys(ADMIN_RIGHTS, False) | {"can_manage_chat": True} | (rights or {})
    if status == "creator":
        row["is_anonymous"] = False
    if status == "kicked":
        row["until_date"] = 0
    return row
