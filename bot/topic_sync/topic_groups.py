"""The Telegram groups that staff work in: which takes new topics, where pages go, what is wrong, where one moved to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.rules import Rules
from bot.storage.upsert import insert_or_nothing
from bot.topic_sync.topics import groups, topics
from bot.wording.topic_faults import ALONE_RIGHT, ALONE_VERSION, FULL, GONE, NO_PIN

ROOM = 800_000  # a group has room for a million messages; new topics go elsewhere long before
LOOK_AGAIN = 60.0  # seconds after which a group in trouble is looked at again

FOUND_IN_USE = (ALONE_VERSION, ALONE_RIGHT)  # a look at the group tells nothing of it, only trying does
SOFT = (NO_PIN, FULL, *FOUND_IN_USE)  # work goes on


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """A group's state: its overview topic, the highest message id seen (`top`), what is wrong with it (`trouble`)."""

    chat: int
    overview: int | None = None
    board: int | None = None
    shown: str | None = None
    top: int = 0
    trouble: str | None = None
    trouble_at: datetime | None = None
    next_at: datetime | None = None
    moved_to: int | None = None

    @property
    def is_usable(self) -> bool:
        """Whether topics can be created and written to there."""
        return self.trouble is None or self.trouble in SOFT

    @property
    def has_room(self) -> bool:
        """Whether it takes new topics: Telegram ends a supergroup's message ids at a million, we stop at ROOM."""
        return self.top < ROOM


_GROUP = [groups.c[f.name] for f in fields(TopicGroup)]
_ENSURED = insert_or_nothing(groups)


def groups_of(db: Connection, rules: Rules) -> list[TopicGroup]:
    """Return the groups of the settings in their order, each under its present chat id."""
    known = _all(db)
    chats = dict.fromkeys(_followed(known, chat) for chat in rules.topic_groups)
    return [known.get(chat, TopicGroup(chat)) for chat in chats]


def every_group(db: Connection, rules: Rules) -> list[TopicGroup]:
    """Return the groups of the settings, and earlier ones that still have topics."""
    here = groups_of(db, rules)
    named = {group.chat for group in here}
    others = [group for group in _all(db).values() if group.moved_to is None and group.chat not in named]
    held = set(db.scalars(select(topics.c.chat).where(topics.c.chat.in_([each.chat for each in others])).distinct()))
    return [*here, *(group for group in others if group.chat in held)]


def in_use(db: Connection, rules: Rules) -> TopicGroup | None:
    """Return the group for new topics: the first usable one with room, else the last usable one, else the first.

    None: no groups are configured.
    """
    here = groups_of(db, rules)
    usable = [group for group in here if group.is_usable]
    found = next((group for group in usable if group.has_room), None)
    return found or next(iter([*usable[::-1], *here]), None)


def overview_chat(db: Connection, rules: Rules) -> tuple[int, int | None] | None:
    """Return where pages go: a chat and its overview topic 总览 (None while it has none); None: nowhere."""
    group = in_use(db, rules)
    if group is None or group.trouble == GONE:
        return None
    return group.chat, group.overview if group.is_usable else None


def is_desk(db: Connection, rules: Rules, chat: int) -> bool:
    """Whether a chat is one of the staff groups, under its present or an earlier id."""
    return chat in rules.topic_groups or any(group.chat == chat for group in every_group(db, rules))


def record_newest_id(db: Connection, chat: int, number: int) -> None:
    """Record that the group's message ids have reached this number."""
    ensure_group(db, chat)
    db.execute(update(groups).where(groups.c.chat == chat, groups.c.top < number).values(top=number))


def forget_overview(db: Connection, chat: int, thread: int) -> None:
    """Record that the overview topic was deleted: it is created again, and pages meanwhile go to the group itself."""
    mine = (groups.c.chat == chat, groups.c.overview == thread)
    db.execute(update(groups).where(*mine).values(overview=None, board=None, next_at=None))


def set_trouble(db: Connection, chat: int, trouble: str | None, now: datetime) -> None:
    """Record what an operator must repair in a group (None: nothing any more).

    A repaired right to pin lets the cards not pinned so far be retried.
    """
    ensure_group(db, chat)
    since = now if trouble else None
    before = db.scalar(select(groups.c.trouble).where(groups.c.chat == chat))
    db.execute(update(groups).where(groups.c.chat == chat).values(trouble=trouble, trouble_at=since))
    if before == NO_PIN and trouble is None:
        unpinned = (topics.c.chat == chat, topics.c.card.is_not(None), topics.c.pinned.is_(False))
        db.execute(update(topics).where(*unpinned).values(wanted_at=func.coalesce(topics.c.wanted_at, now)))


def set_menu_trouble(db: Connection, chat: int, trouble: str | None, now: datetime) -> None:
    """Record why menus cannot be shown to one person alone (None: they can); anything worse that is known stays."""
    before = db.scalar(select(groups.c.trouble).where(groups.c.chat == chat))
    if before != trouble and (before is None or before in FOUND_IN_USE):
        set_trouble(db, chat, trouble, now)


def ensure_group(db: Connection, chat: int) -> None:
    """Create the row of this group if there is none."""
    _ENSURED.run(db, {"chat": chat, "sent": [], "top": 0})


def _all(db: Connection) -> dict[int, TopicGroup]:
    return {row.chat: TopicGroup(*row) for row in db.execute(select(*_GROUP))}


def _followed(known: dict[int, TopicGroup], chat: int) -> int:
    for _ in range(8):  # more moves than any group makes, and no circle
        there = known[chat].moved_to if chat in known else None
        if there is None:
            return chat
        chat = there
    return chat
