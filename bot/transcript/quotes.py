"""What is shown with a line: the line it replies to, and its earlier versions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.messages import Author
from bot.transcript.edits import revisions_of
from bot.transcript.message_store import Message, get_messages
from bot.wording.transcript import quote_heading

SHOWN = 60  # characters of the line replied to


@dataclass(frozen=True, slots=True)
class Quote:
    """The line that another one replies to; `ticket_id` is set if it belongs to an earlier ticket."""

    message_id: int
    author: Author
    text: str
    ticket_id: int | None = None

    @property
    def headed(self) -> str:
        """The quote with its heading as staff read it: 「回复：…」「回复 #12 的消息：…」."""
        return f"{quote_heading(self.ticket_id)}：{self.text}"


def quotes_of(db: Connection, lines: Sequence[Message], in_sight: Collection[int]) -> dict[int, Quote]:
    """Return the quotes of these lines by line id; lines that reply to nothing are left out.

    So are quotes from tickets that are not `in_sight`.
    """
    asked = {line.id: line for line in lines if line.meta.get("reply_to") is not None}
    here = {line.id: line for line in lines}
    elsewhere = {line.meta["reply_to"] for line in asked.values()} - here.keys()
    found = here | get_messages(db, elsewhere)
    found = {number: each for number, each in found.items() if each.ticket_id is None or each.ticket_id in in_sight}
    return {
        line.id: _quote(found[line.meta["reply_to"]], line) for line in asked.values() if line.meta["reply_to"] in found
    }


def _quote(answered: Message, line: Message) -> Quote:
    words = answered.words.strip() or answered.meta.get("file", "")
    text = f"{words[:SHOWN]}…" if len(words) > SHOWN else words
    earlier = answered.ticket_id if answered.ticket_id != line.ticket_id else None
    return Quote(answered.id, answered.author, text, earlier)


def versions_of(db: Connection, lines: Sequence[Message]) -> dict[int, tuple[str, ...]]:
    """Return the earlier texts of edited lines by line id, oldest first; lines never edited are left out."""
    changed = {line.id: line for line in lines if "now" in line.meta}
    if not changed:
        return {}
    later = revisions_of(db, sorted(changed))
    said = {line.id: (line.text, *(each.text for each in later.get(line.id, ()))) for line in changed.values()}
    return {number: tuple(each for each in texts if each != changed[number].words) for number, texts in said.items()}
