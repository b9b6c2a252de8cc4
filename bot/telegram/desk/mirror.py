"""What a ticket's topic does not show yet: lines, notes, edits, combined into as few messages as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.messages import File
from bot.telegram.desk.topic_items import Item, read_items, without_words
from bot.telegram.sending.rich_text import LONGEST, RichText
from bot.topic_sync.work_queue import TopicWork
from bot.transcript import attachments
from bot.transcript.channel_message_ids import channel_message_ids, id_in
from bot.transcript.conversations import Conversation
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from bot.wording import transcript
from bot.wording.outside_chat import WROTE
from bot.wording.utf16 import cut
from escalation.tickets.lifecycle import Ticket

CROWD = 4  # from so many turns on, those of different people share messages
FITS = LONGEST - 16  # less the label of a repeated one
TRIES = 3  # of a file that we send: what follows must not wait for ever
ALBUM = 10  # pieces the Bot API copies as one


@dataclass(frozen=True, slots=True)
class TopicMessage:
    """The next message for a topic; `marks` is what the topic shows once it is sent."""

    words: RichText | None  # by themselves, or before what is copied
    marks: dict[str, int]
    stands_for: tuple[str, int]  # the line or the remark that an answer to it answers
    quiet: bool = False
    reply_to: int | None = None
    source: int = 0
    copies: tuple[int, ...] = ()  # numbers in the customer's chat …
    lines: tuple[int, ...] = ()  # … and the lines they are
    file: tuple[str, bytes] | None = None
    known: File | None = None  # one that the messenger holds, of a chat that nothing can be copied from
    caption: str = ""  # below it
    instead: str = ""  # said when what is copied or sent is refused

    @property
    def messages(self) -> int:
        """How many messages it counts for in the group's rate limit."""
        shown = self.copies or self.file or self.known
        return max(len(self.copies), 1) + (1 if self.words is not None and shown else 0)


def next_piece(
    db: Connection,
    topic: TopicWork,
    ticket: Ticket,
    conversation: Conversation,
    customer: str,
    *,
    tells_talk: bool = True,
) -> TopicMessage | dict[str, int] | None:
    """Return the topic's next message; only new marks if the rest was written in the topic.

    None: nothing is missing. Without `tells_talk` only that there is something new to read in the console.
    """
    marks = {"told": topic.told, "noted": topic.noted}
    items = list(read_items(db, topic, ticket, conversation, customer))
    items = items if tells_talk else list(without_words(items))
    fresh = [item for item in items if not item.seen]
    if not fresh:
        passed = _passed(marks, items)
        return _revised(db, topic, ticket, customer, tells_talk=tells_talk) or (passed if passed != marks else None)
    first = fresh[0]
    if first.is_words:
        return _spoken(db, topic, fresh, items, marks, first_time=topic.told == 0)
    was, tried = _last_author(db, topic, ticket), topic.attempts
    return _shown(db, fresh, items, marks, was, tried)


def _spoken(
    db: Connection,
    topic: TopicWork,
    fresh: Sequence[Item],
    items: Sequence[Item],
    marks: dict[str, int],
    first_time: bool,
) -> TopicMessage:
    """Text: of one author, or of several if there is a lot."""
    turns = sum(1 for _ in groupby(fresh, key=lambda item: item.name))
    mixed = first_time or turns > CROWD
    answered = id_in(db, topic.chat or 0, fresh[0].reply_to) if fresh[0].reply_to is not None else None
    told, taken = RichText(), list[Item]()
    for item in fresh:
        if taken and not (item.is_words and (_goes_on(taken[0], item) or (mixed and _are_of_a_kind(taken[0], item)))):
            break
        quote = item.quote if taken or answered is None else ""
        longer = _with(told, item, taken[-1].name if taken else "", quote)
        if taken and longer.length > FITS:
            break
        told = longer.within(FITS)
        taken.append(item)
    from_customer = [item for item in taken if item.author == "customer"]
    return TopicMessage(
        words=told,
        marks=_passed(marks, _until(items, taken[-1])),
        stands_for=(from_customer or taken)[-1].key,
        quiet=all(item.author == "bot" for item in taken),
        reply_to=answered,
    )


def _goes_on(first: Item, item: Item) -> bool:
    return item.name == first.name and item.reply_to is None


def _are_of_a_kind(first: Item, item: Item) -> bool:
    """Whether two items may share a message; notes never do, for a reply to one must not reach the customer."""
    return (first.author == "note") == (item.author == "note")


def _with(told: RichText, item: Item, before: str, quote: str) -> RichText:
    longer = RichText(told.text, list(told.entities))
    if longer.text:
        longer.plain("\n")
    if item.name != before:
        longer.bold(f"{item.name}：")
    return longer.plain(f"（{quote}）" if quote else "").plain(item.text or transcript.EMPTY)


def _shown(
    db: Connection,
    fresh: Sequence[Item],
    items: Sequence[Item],
    marks: dict[str, int],
    was: str,
    tried: int,
) -> TopicMessage:
    """A file or an album: copied from the customer's chat, or sent as bytes."""
    first = fresh[0]
    words = RichText().bold(f"{first.name}：") if first.author != was else None
    instead = f"{first.name}：{first.text}{transcript.ELSEWHERE}"
    about: dict[str, Any] = {"words": words, "instead": instead, "quiet": first.author == "bot"}
    if first.number is None:
        name, line = first.file or ("", 0)
        held = attachments.get_attachment(db, line)
        content = held[1].content if held and tried < TRIES else None
        passed = _passed(marks, _until(items, first))
        if held is not None and held[1].reference is not None and tried < TRIES:
            caption = first.text.replace(f"[{name}]", "", 1)
            return TopicMessage(marks=passed, stands_for=first.key, known=held[1], caption=caption, **about)
        if not content:
            return TopicMessage(RichText().plain(instead).within(FITS), passed, first.key)
        return TopicMessage(marks=passed, stands_for=first.key, file=(name, content), **about)
    album = [first]
    for item in fresh[1:ALBUM]:
        if first.album is None or (item.album, item.chat) != (first.album, first.chat) or item.number is None:
            break
        album.append(item)
    about |= {"copies": tuple(item.number or 0 for item in album), "lines": tuple(item.key[1] for item in album)}
    passed = _passed(marks, _until(items, album[-1]))
    return TopicMessage(marks=passed, stands_for=album[-1].key, source=first.chat, **about)


def _revised(
    db: Connection, topic: TopicWork, ticket: Ticket, customer: str, *, tells_talk: bool
) -> TopicMessage | None:
    mine = (messages.c.ticket_id == ticket.id, revisions.c.id > topic.revised)
    columns = (messages.c.text.label("first"), messages.c.author, messages.c.meta)
    query = select(revisions, *columns).join_from(revisions, messages).where(*mine)
    row = db.execute(query.order_by(revisions.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    earlier = (revisions.c.message_id == row.message_id, revisions.c.id < row.id)
    before = db.scalar(select(revisions.c.text).where(*earlier).order_by(revisions.c.id.desc()).limit(1))
    by_customer = transcript.changed_by(transcript.customer_called(customer))
    is_ours, versions = row.author == "agent", [before or row.first, row.text]
    if row.meta.get("deleted") and versions[0] == versions[1]:
        told = RichText().bold(transcript.deleted(_author(row, customer)))
        del versions[0]
    else:
        told = RichText().bold(transcript.corrected(row.meta.get("name", "")) if is_ours else by_customer)
    told.plain(" → ".join(cut(text, 1900) or transcript.NO_WORDS for text in versions) if tells_talk else WROTE)
    shown = _number_from(db, topic, ticket, row.message_id)
    return TopicMessage(told.within(FITS), {"revised": row.id}, ("line", row.message_id), reply_to=shown)


def _author(row: Row[Any], customer: str) -> str:
    if row.author == "customer":
        return transcript.customer_called(customer)
    return transcript.BOT if row.author == "bot" else transcript.agent_called(row.meta.get("name", ""))


def _number_from(db: Connection, topic: TopicWork, ticket: Ticket, line: int) -> int | None:
    """The id of the message that shows this line; lines that share one are found by the last of them."""
    mine = (
        channel_message_ids.c.chat == topic.chat,
        messages.c.ticket_id == ticket.id,
        channel_message_ids.c.message_id >= line,
    )
    query = select(channel_message_ids.c.number).join_from(channel_message_ids, messages).where(*mine)
    found: int | None = db.scalar(
        query.order_by(channel_message_ids.c.message_id, channel_message_ids.c.number).limit(1)
    )
    return found


def _last_author(db: Connection, topic: TopicWork, ticket: Ticket) -> str:
    """The author of the last line shown: they are not named again."""
    query = select(messages.c.author).where(messages.c.ticket_id == ticket.id, messages.c.id <= topic.told)
    return db.scalar(query.order_by(messages.c.id.desc()).limit(1)) or ""


def _until(items: Sequence[Item], last: Item) -> Sequence[Item]:
    """Everything up to the last item sent, and what follows it that was written in the topic."""
    end = next(at for at, item in enumerate(items) if item.key == last.key) + 1
    while end < len(items) and items[end].seen:
        end += 1
    return items[:end]


def _passed(marks: dict[str, int], items: Sequence[Item]) -> dict[str, int]:
    told = max([marks["told"], *(item.key[1] for item in items if item.key[0] == "line")])
    noted = max([marks["noted"], *(item.key[1] for item in items if item.key[0] == "note")])
    return {"told": told, "noted": noted}
