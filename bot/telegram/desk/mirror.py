"""What of a matter its topic does not show yet: lines, remarks, changed words, put into as few messages as fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from bot.telegram.sending.rich_text import LONGEST, RichText
from bot.topic_sync.work_queue import TopicWork
from bot.transcript import attachments, message_store
from bot.transcript.channel_message_ids import channel_message_ids, id_in
from bot.transcript.conversations import Conversation
from bot.transcript.edits import revisions
from bot.transcript.message_store import Message, messages
from bot.transcript.quotes import quotes_of
from bot.wording.choices import QuestionChosen, ScoreChosen, parse_choice
from bot.wording.utf16 import cut
from escalation.staff import staff_names
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import notes

AT_ONCE = 100  # lines looked at for one message
CROWD = 4  # from so many turns on, those of different people share messages
FITS = LONGEST - 16  # less the label of a repeated one
TRIES = 3  # of a file that we send: what follows must not wait for ever
ALBUM = 10  # pieces the Bot API copies as one
ELSEWHERE = "（无法在这里显示，请在工作台查看）"
WORDLESS = "（没有文字）"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the transcript, or a remark of staff's, as it is to be shown."""

    key: tuple[str, int]  # line | note, and its id
    author: str
    name: str  # who speaks, as the message begins
    at: datetime
    text: str
    reply_to: int | None = None  # the line it answers …
    quote: str = ""  # … in words, where that line does not stand here
    album: str | None = None
    number: int | None = None  # of the message in the customer's own chat that is copied
    file: tuple[str, int] | None = None  # name, and the line that has the bytes
    seen: bool = False  # it was written in this very topic

    @property
    def is_words(self) -> bool:
        """Whether it can share a message."""
        return self.number is None and self.file is None


@dataclass(frozen=True, slots=True)
class TopicMessage:
    """The next thing to be said in a topic; `marks` is what the topic shows when it was."""

    words: RichText | None  # by themselves, or before what is copied
    marks: dict[str, int]
    stands_for: tuple[str, int]  # the line or the remark that an answer to it answers
    quiet: bool = False
    reply_to: int | None = None
    source: int = 0
    copies: tuple[int, ...] = ()  # numbers in the customer's chat …
    lines: tuple[int, ...] = ()  # … and the lines they are
    file: tuple[str, bytes] | None = None
    instead: str = ""  # said when what is copied or sent is refused

    @property
    def messages(self) -> int:
        """How many messages a group counts."""
        return max(len(self.copies), 1) + (1 if self.words is not None and (self.copies or self.file) else 0)


def next_piece(
    db: Connection, topic: TopicWork, ticket: Ticket, conversation: Conversation, customer: str
) -> TopicMessage | dict[str, int] | None:
    """What comes next; only new marks, when the rest was written there anyway; None: nothing is missing."""
    marks = {"told": topic.told, "noted": topic.noted}
    items = list(_items(db, topic, ticket, conversation, customer))
    fresh = [item for item in items if not item.seen]
    if not fresh:
        passed = _passed(marks, items)
        return _revised(db, topic, ticket, customer) or (passed if passed != marks else None)
    first = fresh[0]
    if first.is_words:
        return _spoken(db, topic, fresh, items, marks, first_time=topic.told == 0)
    was, tried = _last_author(db, topic, ticket), topic.attempts
    return _shown(db, conversation, fresh, items, marks, was, tried)


def _spoken(
    db: Connection,
    topic: TopicWork,
    fresh: Sequence[Item],
    items: Sequence[Item],
    marks: dict[str, int],
    first_time: bool,
) -> TopicMessage:
    """Words: of one person, or of several where much is to be told."""
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
    """Remarks stand by themselves: an answer to one must never be taken for an answer to the customer."""
    return (first.author == "note") == (item.author == "note")


def _with(told: RichText, item: Item, before: str, quote: str) -> RichText:
    longer = RichText(told.text, list(told.entities))
    if longer.text:
        longer.plain("\n")
    if item.name != before:
        longer.bold(f"{item.name}：")
    return longer.plain(f"（{quote}）" if quote else "").plain(item.text or "（空）")


def _shown(
    db: Connection,
    conversation: Conversation,
    fresh: Sequence[Item],
    items: Sequence[Item],
    marks: dict[str, int],
    was: str,
    tried: int,
) -> TopicMessage:
    """A file, or an album: copied from the customer's chat, or sent as we hold it."""
    first = fresh[0]
    words = RichText().bold(f"{first.name}：") if first.author != was else None
    instead = f"{first.name}：{first.text}{ELSEWHERE}"
    about: dict[str, Any] = {"words": words, "instead": instead, "quiet": first.author == "bot"}
    if first.number is None:
        name, line = first.file or ("", 0)
        held = attachments.get_attachment(db, line)
        content = held[1].content if held and tried < TRIES else None
        passed = _passed(marks, _until(items, first))
        if not content:
            return TopicMessage(RichText().plain(instead).within(FITS), passed, first.key)
        return TopicMessage(marks=passed, stands_for=first.key, file=(name, content), **about)
    album = [first]
    for item in fresh[1:ALBUM]:
        if first.album is None or item.album != first.album or item.number is None:
            break
        album.append(item)
    about |= {"copies": tuple(item.number or 0 for item in album), "lines": tuple(item.key[1] for item in album)}
    passed = _passed(marks, _until(items, album[-1]))
    return TopicMessage(marks=passed, stands_for=album[-1].key, source=int(conversation.address), **about)


def _revised(db: Connection, topic: TopicWork, ticket: Ticket, customer: str) -> TopicMessage | None:
    mine = (messages.c.ticket_id == ticket.id, revisions.c.id > topic.revised)
    query = select(revisions, messages.c.text.label("first")).join_from(revisions, messages).where(*mine)
    row = db.execute(query.order_by(revisions.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    earlier = (revisions.c.message_id == row.message_id, revisions.c.id < row.id)
    before = db.scalar(select(revisions.c.text).where(*earlier).order_by(revisions.c.id.desc()).limit(1))
    told = RichText().bold(f"{_customer(customer)}修改了消息：")
    told.plain(f"{cut(before or row.first, 1900) or WORDLESS} → {cut(row.text, 1900) or WORDLESS}")
    shown = _number_from(db, topic, ticket, row.message_id)
    return TopicMessage(told.within(FITS), {"revised": row.id}, ("line", row.message_id), reply_to=shown)


def _number_from(db: Connection, topic: TopicWork, ticket: Ticket, line: int) -> int | None:
    """The message that shows this line: lines that share one are known by the last of them."""
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


def _items(
    db: Connection, topic: TopicWork, ticket: Ticket, conversation: Conversation, customer: str
) -> Iterator[Item]:
    names = staff_names(db)
    lines, remarks = message_store.ticket_lines(db, ticket.id, topic.told, AT_ONCE), _notes(db, topic, ticket)
    here = _written_here(db, topic, [line.id for line in lines if line.author == "agent"], [row.id for row in remarks])
    labels = _labels(db, conversation) if any(line.kind == "choice" for line in lines) else {}
    quotes = {line: quote.headed for line, quote in quotes_of(db, lines).items()}
    said = [_item_of(db, conversation, line, customer, names, labels) for line in lines]
    said = [replace(item, seen=item.key in here, quote=quotes.get(item.key[1], "")) for item in said]
    noted = [
        Item(("note", row.id), "note", f"内部备注 {names.get(row.staff_id, '')}".strip(), row.at, row.text)
        for row in remarks
    ]
    noted = [replace(item, seen=item.key in here) for item in noted]
    yield from merge(said, noted, key=lambda item: item.at)


def _item_of(
    db: Connection,
    conversation: Conversation,
    line: Message,
    customer: str,
    names: dict[int, str],
    labels: dict[str, str],
) -> Item:
    reply_to: int | None = line.meta.get("reply_to")
    item = Item(("line", line.id), line.author, _speaker(line, customer, names), line.at, _words(line, labels))
    item = replace(item, reply_to=reply_to, album=line.meta.get("album"))
    if line.kind not in ("file", "location"):
        return item
    chat = conversation.address
    numeric = conversation.channel == "telegram" and chat.removeprefix("-").isdecimal()
    number = id_in(db, int(chat), line.id) if numeric else None
    if number is not None:
        return replace(item, number=number)
    return replace(item, file=(line.meta.get("file") or "文件", line.id)) if line.kind == "file" else item


def _speaker(line: Message, customer: str, names: dict[int, str]) -> str:
    if line.author == "customer":
        return _customer(customer)
    if line.author == "bot":
        return "机器人"
    return f"客服 {names.get(line.staff_id or 0, line.meta.get('name', ''))}".strip()


def _customer(customer: str) -> str:
    return f"客户 {customer}".strip()


def _words(line: Message, labels: dict[str, str]) -> str:
    if line.kind == "rating":
        return f"评价 {line.text} 分"
    if line.kind == "contact":
        return line.text or "（共享了手机号）"
    choice: str = line.meta.get("choice", "")
    if choice:
        return f"点选「{labels.get(choice, choice)}{' 分' if isinstance(parse_choice(choice), ScoreChosen) else ''}」"
    if line.kind == "file":
        return f"[{line.meta.get('file') or '文件'}]{line.text}"
    offered = [
        each["label"]
        for each in line.meta.get("buttons", [])
        if isinstance(parse_choice(each["choice"]), QuestionChosen)
    ]
    return line.text + (f"（选项：{' ｜ '.join(offered)}）" if offered else "")


def _labels(db: Connection, conversation: Conversation) -> dict[str, str]:
    lately = message_store.latest(db, conversation.id, AT_ONCE)
    return {each["choice"]: each["label"] for line in lately for each in line.meta.get("buttons", [])}


def _notes(db: Connection, topic: TopicWork, ticket: Ticket) -> Sequence[Any]:
    mine = (notes.c.ticket_id == ticket.id, notes.c.id > topic.noted)
    return db.execute(select(notes).where(*mine).order_by(notes.c.id).limit(AT_ONCE)).all()


def _written_here(
    db: Connection, topic: TopicWork, lines: Sequence[int], remarks: Sequence[int]
) -> set[tuple[str, int]]:
    """What staff wrote in this topic: it stands there already."""
    here = channel_message_ids.c.chat == topic.chat
    found = {
        ("line", each)
        for each in db.scalars(
            select(channel_message_ids.c.message_id).where(here, channel_message_ids.c.message_id.in_(lines))
        )
    }
    noted = db.scalars(select(channel_message_ids.c.note_id).where(here, channel_message_ids.c.note_id.in_(remarks)))
    return found | {("note", each) for each in noted}


def _last_author(db: Connection, topic: TopicWork, ticket: Ticket) -> str:
    """Who spoke last of what the topic shows: whoever goes on is not named again."""
    query = select(messages.c.author).where(messages.c.ticket_id == ticket.id, messages.c.id <= topic.told)
    return db.scalar(query.order_by(messages.c.id.desc()).limit(1)) or ""


def _until(items: Sequence[Item], last: Item) -> Sequence[Item]:
    """Everything up to the last one told, and what follows it that was written there anyway."""
    end = next(at for at, item in enumerate(items) if item.key == last.key) + 1
    while end < len(items) and items[end].seen:
        end += 1
    return items[:end]


def _passed(marks: dict[str, int], items: Sequence[Item]) -> dict[str, int]:
    told = max([marks["told"], *(item.key[1] for item in items if item.key[0] == "line")])
    noted = max([marks["noted"], *(item.key[1] for item in items if item.key[0] == "note")])
    return {"told": told, "noted": noted}
