"""The conversation as the ticket page shows it: lines, files and internal notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from bot.delivery.read_marks import unread_of
from bot.transcript.attachments import attachments
from bot.transcript.message_store import Message, messages
from bot.transcript.quotes import Quote, quotes_of, versions_of
from bot.transcript.visible_lines import HiddenLines, split_lines
from bot.wording import transcript
from bot.wording.choices import CONSENTS, OBJECTION, QuestionChosen, parse_choice
from bot.wording.consents import LABEL as CONSENTS_LABEL
from bot.wording.objections import LABEL as OBJECTION_LABEL
from bot.wording.survey_choices import ScoreChosen
from escalation.customers.starring import parts_of
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Ticket


@dataclass(frozen=True, slots=True)
class FileView:
    """A file in the conversation; `here` if it can be opened from the page."""

    name: str
    mime: str
    size: int
    here: bool
    inline: bool = False  # … and shown at once: fetching it from its channel would take seconds


@dataclass(frozen=True, slots=True)
class TalkLine:
    """A line of the conversation: the customer's, the bot's, an agent's, or an internal note."""

    id: int
    author: str  # customer | bot | agent | note | hidden
    name: str
    at: datetime
    text: str
    earlier: bool = False  # from before this matter
    file: FileView | None = None
    offered: tuple[str, ...] = ()
    tapped: bool = False
    before: tuple[str, ...] = ()  # what it said before the customer changed it, the first words first
    answers: Quote | None = None  # the line it replies to
    mark: str = ""  # what kind it was, whose words were passed on, what it quotes
    staff_id: int | None = None  # of an agent's line: who sent it
    taken_back: bool = False
    count: int = 0  # hidden: how many lines this stands for
    unread: bool = False  # an agent's, which the customer has read nowhere yet
    is_whole: bool = True  # False: secrets in the customer's words are starred until somebody asks to see them

    @property
    def is_hiding(self) -> bool:
        """Whether something of it is starred."""
        return not self.is_whole and any(
            part.is_starred for text in (self.text, *self.before) for part in parts_of(text)
        )


@dataclass(frozen=True, slots=True)
class _LineFacts:
    """What is shown with lines beside themselves."""

    names: dict[int, str]
    held: dict[int, bool]  # lines whose file is ours to show
    versions: dict[int, tuple[str, ...]]
    quotes: dict[int, Quote]
    unread: frozenset[int]


def read_talk(
    db: Connection, ticket: Ticket, lines: Sequence[Message], names: dict[int, str], in_sight: frozenset[int]
) -> tuple[TalkLine, ...]:
    """These lines of the ticket's conversation and its internal notes, oldest first; `names`: of staff, by id.

    Lines of tickets that are not `in_sight` are only counted.
    """
    shown, hidden = split_lines(lines, ticket, in_sight)
    held = _held_files(db, ticket)
    unread = unread_of(db, ticket.conversation_id, lines)
    told = _LineFacts(names, held, versions_of(db, shown), quotes_of(db, shown, in_sight), unread)
    talk = [*_talk(ticket, shown, ticket_store.notes_of(db, ticket.id), told), *_placeholders(ticket, hidden)]
    return tuple(sorted(talk, key=lambda said: said.at))


def with_whole(talk: Sequence[TalkLine], line_id: int) -> tuple[TalkLine, ...]:
    """Return the lines with nothing starred in the customer's line of this id; 0 is none."""
    return tuple(
        replace(line, is_whole=True) if line.id == line_id and line.author == "customer" else line for line in talk
    )


def _placeholders(ticket: Ticket, hidden: Sequence[HiddenLines]) -> Iterator[TalkLine]:
    for number, each in enumerate(hidden, 1):
        earlier = each.at < ticket.raised_at
        yield TalkLine(number, "hidden", "", each.at, transcript.hidden(each.count), earlier=earlier, count=each.count)


def _talk(
    ticket: Ticket, lines: Sequence[Message], notes: Sequence[Row[Any]], told: _LineFacts
) -> tuple[TalkLine, ...]:
    labels: dict[str, str] = {OBJECTION: OBJECTION_LABEL, CONSENTS: CONSENTS_LABEL}  # of the page, in no line
    talk: list[TalkLine] = []
    for line in lines:
        buttons = line.meta.get("buttons", [])
        labels |= {button["choice"]: button["label"] for button in buttons}
        talk.append(
            TalkLine(
                id=line.id,
                author=line.author,
                name=told.names.get(line.staff_id or 0, line.meta.get("name", "")),
                at=line.at,
                text=_words(line, labels),
                earlier=line.ticket_id != ticket.id and line.at < ticket.raised_at,
                file=_file(line, told.held),
                offered=tuple(
                    button["label"] for button in buttons if isinstance(parse_choice(button["choice"]), QuestionChosen)
                ),
                tapped=line.kind in ("choice", "rating"),
                before=told.versions.get(line.id, ()),
                answers=told.quotes.get(line.id),
                mark=line.meta.get("mark", ""),
                unread=line.id in told.unread,
                staff_id=line.staff_id,
                taken_back=bool(line.meta.get("taken_back")),
                is_whole=line.author != "customer",
            )
        )
    talk += [TalkLine(note.id, "note", told.names.get(note.staff_id, ""), note.at, note.text) for note in notes]
    return tuple(talk)


def _words(line: Message, labels: dict[str, str]) -> str:
    if line.kind == "rating":
        return transcript.points(line.text)
    choice: str = line.meta.get("choice", "")
    if not choice:
        return line.words
    label = labels.get(choice, choice)
    return transcript.points(label) if isinstance(parse_choice(choice), ScoreChosen) else label


def _file(line: Message, held: dict[int, bool]) -> FileView | None:
    if line.kind != "file":
        return None
    name, mime, size = line.meta.get("file", ""), line.meta.get("mime", ""), line.meta.get("size", 0)
    return FileView(name, mime, size, here=line.id in held, inline=held.get(line.id, False))


def _held_files(db: Connection, ticket: Ticket) -> dict[int, bool]:
    """Files that can be opened here: True if we hold their bytes, False if their channel does."""
    known = or_(attachments.c.content.is_not(None), attachments.c.reference.is_not(None))
    columns = (attachments.c.message_id, attachments.c.content.is_not(None).label("ours"))
    query = select(*columns).join_from(attachments, messages)
    rows = db.execute(
        query.where(or_(messages.c.conversation_id == ticket.conversation_id, messages.c.ticket_id == ticket.id), known)
    )
    return {row.message_id: bool(row.ours) for row in rows}
