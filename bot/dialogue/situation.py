"""The input of `plan`: a turn and a situation. Its output is in `acts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.dialogue.data_words import DataWish
from bot.dialogue.intents import Intent
from escalation.policy.tiers import BotRole
from escalation.tickets.sent_steps import SentKind
from knowledge_base.matching.decide import Verdict
from knowledge_base.matching.ranking import Candidate

TicketState = Literal["none", "waiting", "claimed", "resolved", "withdrawn", "lapsed"]
Awaiting = Literal["details", "more", "rating", "reason", "danger", "withdrawal", "just_solved", "objection", "survey"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the customer did: text (of one or several fragments), a tap, a rating or a file."""

    intent: Intent | None
    verdict: Verdict
    complaint: bool = False  # complaint words anywhere in the text
    critical: bool = False  # safety or outage words
    unsolved: bool = False  # says somewhere, at some length, that it still does not work
    solved: bool = False  # the same, that it works
    assents: bool = False  # only takes note, agrees, thanks or waits
    file: bool = False
    asked: Candidate | None = None  # a suggestion was tapped
    helpful: str | None = None  # the article called helpful …
    unhelpful: str | None = None  # … or not
    rating: int | None = None
    score: int | None = None  # the same, typed: it counts only where a score was asked for
    reason: str = ""  # what was said beside a score
    text: str = ""
    heard: frozenset[str] = frozenset()  # acts heard anywhere in the text, whatever else it says
    doubted: frozenset[str] = frozenset()  # acts that may be meant
    main: str = ""  # the likeliest of the acts heard or doubted
    bare: bool = True  # the text consists of acts that tell nothing of a matter
    asks: bool = False  # a clause of the text is a question
    repeats: bool = False  # it goes on with what was just answered, and is answered by the same article
    insists: Candidate | None = None  # what was listed just before, and what the turn comes to once more
    other: tuple[Candidate, ...] = ()  # what a further question of the same text may mean
    unanswered: bool = False  # a further question of the same text that nothing answers
    either: tuple[Candidate, ...] = ()  # what was offered, when the text chooses by a place at which nothing was
    closes: bool = False  # its last words thank
    about: bool | None = None  # what is told is about something the company deals with; None: nothing tells
    denies: bool = False  # says what is not so, or no longer: nothing it names is answered straight
    rejects: bool = False  # none of what was offered is meant
    not_meant: str | None = None  # the article whose question was understood, or asked back, and is not meant …
    instead: tuple[Candidate, ...] = ()  # … and what may be meant instead
    further: tuple[Candidate, ...] = ()  # articles that answer further questions of the same text
    threatens: bool = False  # a complaint that is called one, or with an authority, a lawyer or the media
    signs: str = ""  # emoji, stickers and marks without a word …
    only_signs: bool = False  # … and nothing else was ever said in this conversation
    settled: bool = True  # no further fragment is expected
    unfinished: bool = False  # the text visibly goes on
    goes_on: bool = False  # a further piece of an album, acknowledged with the first


@dataclass(frozen=True, slots=True)
class Situation:
    """The conversation's state, and what the policy allows at this instant."""

    bot: BotRole
    ticket: TicketState
    awaiting: Awaiting | None
    misses: int
    bot_answers: int
    last_answer: str | None
    rejected: frozenset[str]
    misses_at_most: int
    answers_at_most: int | None
    overheld: bool  # the bot has kept this customer as long as it may
    can_reopen: bool
    can_rate: bool
    can_rate_later: bool  # it may be rated, if not at this hour
    complaint_already: bool  # the open ticket is a complaint
    rated_low: bool  # the score given was 1 or 2
    critical_already: bool  # the open ticket is already at the highest urgency
    overdue: bool = False  # the promised first contact is late
    in_touch: bool = False  # a person has been in contact about the open ticket
    takes_rating: bool = False  # a score given now is kept
    rated: int | None = None  # the score that the solution has
    known: bool = False  # it is known which contact this is
    dimensions: Mapping[str, str] = field(default_factory=dict)  # that may be rated too → their labels
    asked: SentKind | None = None  # what its customer was sent last that may be answered
    begun: bool = False  # something was said of the matter before this turn
    declined: frozenset[str] = frozenset()  # articles that were not meant earlier in this talk, whatever the matter
    owner_present: bool = False  # the owner of the account that they write to has just written to them
    data_wishes: tuple[DataWish, ...] = ()  # wishes about the customer's own data that stand
    has_notice: bool = False  # a privacy notice is in force …
    has_consents: bool = False  # … and asks consent for something
