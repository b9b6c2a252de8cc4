"""What happened, as plain values: the oracle's only input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """One number, with what held at its instant; what there is none of is empty or 0."""

    measure: str
    at: datetime
    day: date
    value: int
    ticket: int = 0
    tier: str = ""
    queue: str = ""
    topic: str = ""
    channel: str = ""
    agent: int = 0
    part: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ticket's history."""

    seq: int
    at: datetime
    kind: str
    staff: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline of a ticket as it stands in the end."""

    milestone: str
    started_at: datetime
    due_at: datetime
    state: str
    settled_at: datetime | None = None
    is_promise: bool = True  # else it only reminds


@dataclass(frozen=True, slots=True)
class Spell:
    """So long a person had a ticket open and was active in it, up to `ended_at`."""

    ended_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """A ticket. `contact`, `complaint`: as it is in the end; the lines say how it was before."""

    id: int
    talk: int
    lines: tuple[Line, ...]
    clocks: tuple[Clock, ...] = ()
    spells: tuple[Spell, ...] = ()
    channel: str = ""
    by_hand: bool = False
    opened_by: int | None = None
    contact: str | None = None
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the transcript. `ticket`, `queue`, `tier`, `known`: as it stood, and of whom it was, when counted.

    `later`: ticket, queue and tier a day later. `beside`: the other lines of its ticket by then.

    `article`: whose answer it gives; `helped`, `rejected`: the article of whose answer a customer says so.
    """

    id: int
    talk: int
    author: str
    at: datetime
    words: str = ""
    ticket: int | None = None
    queue: str = ""
    tier: str = ""
    known: bool = True
    later: tuple[int, str, str] | None = None
    beside: frozenset[int] = frozenset()
    article: str = ""
    helped: str = ""
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """Rules in force from an instant: the policy file's text, and the years entered: (day, off or on, calendar)."""

    at: datetime
    text: str
    years: Mapping[int, tuple[tuple[date, str, str | None], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything of one history; `talks`: the channel of each, `topics`: the topic of each article.

    `organisations`, `held`: how many there were as a day that ended was counted, and of whom.
    """

    editions: tuple[Edition, ...]
    records: tuple[Record, ...] = ()
    said: tuple[Said, ...] = ()
    talks: Mapping[int, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[date, int] = field(default_factory=dict)
    held: Mapping[tuple[date, int], int] = field(default_factory=dict)
