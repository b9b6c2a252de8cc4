"""What came of a talk when it was played: the lines of each turn, what was heard in it, and the ticket after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.talks.kinds import SILENT
from bot.talks.model import Talk, TalkTurn


@dataclass(frozen=True, slots=True)
class PlayedLine:
    """A line of the transcript; `kind` is that of the bot's reply, `article` the one it answers by."""

    at: datetime
    author: str
    text: str
    kind: str = ""
    article: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenTicket:
    """A ticket as it is after a turn; `due` is the promised first contact, None once it has happened."""

    state: str
    queue: str
    topic: str
    urgency: str
    complaint: bool
    title: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """A turn with its lines and what was true after it; `refused` says why it could not be done, empty if it was."""

    turn: TalkTurn
    at: datetime
    lines: tuple[PlayedLine, ...]
    heard: frozenset[str]
    ticket: SeenTicket | None
    refused: str = ""

    @property
    def said(self) -> tuple[PlayedLine, ...]:
        """The bot's lines."""
        return tuple(line for line in self.lines if line.author == "bot")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the bot's lines, each once; SILENT alone if there are none."""
        return tuple(dict.fromkeys(line.kind for line in self.said)) or (SILENT,)


@dataclass(frozen=True, slots=True)
class PlayedTalk:
    """A talk and its played turns; `broken` names the error that ended it early, empty if it was played to its end."""

    talk: Talk
    turns: tuple[PlayedTurn, ...]
    broken: str = ""
