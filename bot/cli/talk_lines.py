"""What is seen of a talk while it is played: lines, buttons, the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from bot.talks.kinds import kind_of
from bot.talks.played import PlayedLine, SeenTicket
from bot.transcript.line_meta import ButtonMeta
from bot.transcript.message_store import Message
from bot.wording import transcript
from escalation.tickets import deadline_store
from escalation.tickets.lifecycle import Ticket


def played_line(line: Message, shown: Mapping[str, str]) -> PlayedLine:
    """Return a line of the transcript as people read it; `shown`: labels of buttons by their payload."""
    buttons = line.meta.get("buttons", [])
    labels = tuple(button["label"] for button in buttons)
    if line.author != "bot":
        return PlayedLine(line.at, line.author, _words(line, shown), buttons=labels)
    choices = tuple(button["choice"] for button in buttons)
    article = line.meta.get("article", "")
    kind = kind_of(line.meta.get("wording", ""), article, choices, incident="incident" in line.meta)
    return PlayedLine(line.at, line.author, line.text, kind, article, labels)


def _words(line: Message, shown: Mapping[str, str]) -> str:
    if line.kind == "choice":
        choice = line.meta.get("choice", "")
        return transcript.tapped(shown.get(choice, choice))
    if line.kind == "rating":
        return transcript.rated(line.text)
    return " ".join(part for part in (f"[{line.meta['file']}]" if "file" in line.meta else "", line.words) if part)


def button_of(wanted: str, buttons: Sequence[ButtonMeta]) -> str | None:
    """Return the payload of a button named by its label or, counted from 1, by its number."""
    for button in buttons:
        if button["label"] == wanted:
            return button["choice"]
    place = int(wanted) if wanted.isdecimal() else 0
    return buttons[place - 1]["choice"] if 0 < place <= len(buttons) else None


def seen_ticket(db: Connection, ticket: Ticket | None) -> SeenTicket | None:
    """Return what a ticket's board shows of it now."""
    if ticket is None:
        return None
    due = deadline_store.promised(db, ticket.id)
    state = "withdrawn" if ticket.is_withdrawn else ticket.state
    return SeenTicket(state, ticket.queue, ticket.topic or "", ticket.urgency, ticket.complaint, ticket.subject, due)
