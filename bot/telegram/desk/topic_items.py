"""The lines, notes and files that a topic may not show yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import Connection, select

from bot.topic_sync.work_queue import TopicWork
from bot.transcript import message_store
from bot.transcript.addresses import addresses_of
from bot.transcript.business_chats import business_chat
from bot.transcript.channel_message_ids import channel_message_ids, chat_of, id_in
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.transcript.quotes import quotes_of
from bot.wording import transcript
from bot.wording.choices import CONSENTS, OBJECTION, QuestionChosen, parse_choice
from bot.wording.consents import LABEL as CONSENTS_LABEL
from bot.wording.marks import beside
from bot.wording.objections import LABEL as OBJECTION_LABEL
from bot.wording.outside_chat import WROTE
from bot.wording.survey_choices import ScoreChosen
from escalation.staff import staff_names
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import notes, tickets

AT_ONCE = 100  # lines looked at for one message


@dataclass(frozen=True, slots=True)
class Item:
    """A transcript line or a note, as the topic shows it."""

    key: tuple[str, int]  # line | note, and its id
    author: str
    name: str  # who speaks, as the message begins
    at: datetime
    text: str
    reply_to: int | None = None  # the line it answers …
    quote: str = ""  # … in words, where that line does not stand here
    album: str | None = None
    chat: int = 0  # a chat of the customer's …
    number: int | None = None  # … and the message in it that is copied
    file: tuple[str, int] | None = None  # name, and the line that has the bytes
    seen: bool = False  # it was written in this very topic

    @property
    def is_words(self) -> bool:
        """Whether it is text only, and can be combined with others."""
        return self.number is None and self.file is None


def read_items(
    db: Connection, topic: TopicWork, ticket: Ticket, conversation: Conversation, customer: str
) -> Iterator[Item]:
    names = staff_names(db)
    lines, remarks = message_store.ticket_lines(db, ticket.id, topic.told, AT_ONCE), _notes(db, topic, ticket)
    here = _written_here(db, topic, [line.id for line in lines if line.author == "agent"], [row.id for row in remarks])
    labels = _labels(db, conversation) if any(line.kind == "choice" for line in lines) else {}
    quotes = {line: quote.headed for line, quote in quotes_of(db, lines, open_to_all(db, conversation.id)).items()}
    said = [_item_of(db, conversation, line, customer, names, labels) for line in lines]
    said = [replace(item, seen=item.key in here, quote=quotes.get(item.key[1], "")) for item in said]
    noted = [
        Item(("note", row.id), "note", transcript.note_by(names.get(row.staff_id, "")), row.at, row.text)
        for row in remarks
    ]
    noted = [replace(item, seen=item.key in here) for item in noted]
    yield from merge(said, noted, key=lambda item: item.at)


def without_words(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items for a topic that may not show them: that there is something new, once for all that comes at once.

    What the bot or a colleague says elsewhere is left out, as if it had been written here.
    """
    told = False
    for item in items:
        bare = replace(item, text=WROTE, quote="", album=None, chat=0, number=None, file=None)
        hides = item.author not in ("customer", "note") or told
        told = told or not (item.seen or hides)
        yield replace(bare, seen=item.seen or hides)


def open_to_all(db: Connection, conversation_id: int) -> frozenset[int]:
    """Return the conversation's tickets that are closed to nobody, for every member of the group reads a topic."""
    mine = (tickets.c.conversation_id == conversation_id, tickets.c.closed_to == "")
    return frozenset(db.scalars(select(tickets.c.id).where(*mine)))


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
    own = [each for each in addresses_of(db, conversation.id, "telegram") if business_chat(each) is None]
    for chat in {chat_of(address) for address in own} - {None}:
        if chat is not None and (number := id_in(db, chat, line.id)) is not None:
            return replace(item, chat=chat, number=number)
    return replace(item, file=(line.meta.get("file") or transcript.FILE, line.id)) if line.kind == "file" else item


def _speaker(line: Message, customer: str, names: dict[int, str]) -> str:
    if line.author == "customer":
        return transcript.customer_called(customer)
    if line.author == "bot":
        return transcript.BOT
    return transcript.agent_called(names.get(line.staff_id or 0, line.meta.get("name", "")))


def _words(line: Message, labels: dict[str, str]) -> str:
    if line.kind == "rating":
        return transcript.rated(line.text)
    if line.kind == "contact":
        return line.text or transcript.NUMBER_SHARED
    choice: str = line.meta.get("choice", "")
    if choice:
        label = labels.get(choice, choice)
        return transcript.tapped(transcript.points(label) if isinstance(parse_choice(choice), ScoreChosen) else label)
    mark: str = line.meta.get("mark", "")
    if line.kind == "file":
        return beside(mark, f"[{line.meta.get('file') or transcript.FILE}]{line.text}")
    offered = [
        each["label"]
        for each in line.meta.get("buttons", [])
        if isinstance(parse_choice(each["choice"]), QuestionChosen)
    ]
    return beside(mark, line.text + (transcript.offered(offered) if offered else ""))


def _labels(db: Connection, conversation: Conversation) -> dict[str, str]:
    lately = message_store.latest(db, conversation.id, AT_ONCE)
    offered = {each["choice"]: each["label"] for line in lately for each in line.meta.get("buttons", [])}
    return {OBJECTION: OBJECTION_LABEL, CONSENTS: CONSENTS_LABEL, **offered}  # buttons of the web page, in no line


def _notes(db: Connection, topic: TopicWork, ticket: Ticket) -> Sequence[Any]:
    mine = (notes.c.ticket_id == ticket.id, notes.c.id > topic.noted)
    return db.execute(select(notes).where(*mine).order_by(notes.c.id).limit(AT_ONCE)).all()


def _written_here(
    db: Connection, topic: TopicWork, lines: Sequence[int], remarks: Sequence[int]
) -> set[tuple[str, int]]:
    """Lines and notes that staff wrote in this topic, which therefore shows them already."""
    here = channel_message_ids.c.chat == topic.chat
    found = {
        ("line", each)
        for each in db.scalars(
            select(channel_message_ids.c.message_id).where(here, channel_message_ids.c.message_id.in_(lines))
        )
    }
    noted = db.scalars(select(channel_message_ids.c.note_id).where(here, channel_message_ids.c.note_id.in_(remarks)))
    return found | {("note", each) for each in noted}
