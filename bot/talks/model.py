"""A talk as its file has it: the turns in order, each with what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

USUALLY_AFTER = timedelta(seconds=20)  # since the line before
Names = tuple[str, ...] | None  # None: nothing is expected
StaffMove = Literal["claims", "solves", "waits", "calls", "releases"]


@dataclass(frozen=True, slots=True)
class Says:
    """The customer writes."""

    text: str


@dataclass(frozen=True, slots=True)
class SaysToList:
    """The customer writes if the bot's latest line lets them choose among questions; else nothing happens."""

    text: str


@dataclass(frozen=True, slots=True)
class Sends:
    """The customer sends a file, with words below it or none."""

    file: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Taps:
    """The customer taps a button of the latest line that has some: its label, or its number from 1."""

    button: str


@dataclass(frozen=True, slots=True)
class Rates:
    """The customer taps a score."""

    score: int


@dataclass(frozen=True, slots=True)
class StaffMoves:
    """A member of staff does something with the ticket."""

    move: StaffMove


@dataclass(frozen=True, slots=True)
class StaffReplies:
    """The ticket's holder writes to the customer."""

    text: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Nobody says anything for a while."""

    span: timedelta


Deed = Says | SaysToList | Sends | Taps | Rates | StaffMoves | StaffReplies | Waits


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be true of a turn once it has been answered.

    `reply`: the kinds of the bot's lines; one of them alone must be among those said, several (`exactly`) are all that
    may be said. `due`: the promised instant, as a wall clock shows it in the policy's zone, to the minute.
    """

    acts: Names = None
    acts_not: Names = None
    reply: Names = None
    exactly: bool = False
    reply_not: Names = None
    answers: Names = None
    queue: str = ""
    topic: str = ""
    urgency: str = ""
    due: datetime | None = None
    title: Names = None
    title_not: Names = None
    says: Names = None
    says_not: Names = None
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class TalkTurn:
    """One entry of a talk: what is done, how long after the line before, and what is expected then."""

    line: int
    deed: Deed
    after: timedelta = USUALLY_AFTER
    expect: Expectation = Expectation()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk: who writes, where, and from when on, as a wall clock shows it in the policy's zone.

    `customer`: a tier or a contact's id; empty: nobody knows who writes. `want`: what good service would be here, for
    people who judge the transcript.
    """

    file: str
    line: int
    name: str
    start: datetime
    turns: tuple[TalkTurn, ...]
    by: str = ""
    channel: str = "web"
    customer: str = ""
    want: str = ""
