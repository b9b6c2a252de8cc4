"""The input of `plan`, a turn and a situation, and its output, acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.dialogue.intents import Intent
from escalation.policy.tiers import BotRole
from knowledge_base.matching.decide import Verdict
from knowledge_base.matching.ranking import Candidate

TicketState = Literal["none", "waiting", "claimed", "resolved", "withdrawn"]
Awaiting = Literal["details", "more", "rating", "reason", "danger", "withdrawal", "just_solved"]
Addition = Literal["detail", "question", "assent", "thanks", "calm", "complaint", "bot_question"]
InDanger = Literal["report", "chase", "thanks", "over"]


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
    begun: bool = False  # something was said of the matter before this turn


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait for further fragments; `unfinished`: longer, for the sentence visibly goes on."""

    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Send this article's answer."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Suggest:
    """Ask which of these articles is meant."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Send a sentence of the policy's wording; `offer_person` adds the button 转人工."""

    wording: str
    offer_person: bool = False


@dataclass(frozen=True, slots=True)
class HandOff:
    """Hand off to a person: open a ticket."""

    reason: str


@dataclass(frozen=True, slots=True)
class AskDanger:
    """Ask whether there is a danger; without an answer the highest urgency is assumed."""


@dataclass(frozen=True, slots=True)
class Safety:
    """Send the safety text that suits the danger."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """End the open ticket as withdrawn by the customer."""


@dataclass(frozen=True, slots=True)
class AskWithdrawal:
    """Ask whether the ticket is to be withdrawn."""


@dataclass(frozen=True, slots=True)
class Either:
    """Ask whether a person is wanted, or one of these articles meant."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Forward:
    """Add the message to the open ticket."""


@dataclass(frozen=True, slots=True)
class Urge:
    """Record that the customer urged, and repeat the promise unchanged; `asks`: a question came with it."""

    asks: bool = False


@dataclass(frozen=True, slots=True)
class TakeNote:
    """Say that an addition to a waiting ticket was noted, in words that suit what it is."""

    of: Addition


@dataclass(frozen=True, slots=True)
class StandBy:
    """Say what helps while nobody has taken up a danger yet: what to do, by when somebody comes, or a courtesy."""

    after: InDanger


@dataclass(frozen=True, slots=True)
class SuggestMeanwhile:
    """Note the question for the person who comes, and offer these articles until then."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class RaiseUrgency:
    """Raise the urgency of the open ticket."""


@dataclass(frozen=True, slots=True)
class Complain:
    """Turn the open ticket into a complaint; `tells`: the customer is told."""

    tells: bool = True


@dataclass(frozen=True, slots=True)
class Reopen:
    """Reopen the resolved ticket."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Take back a resolution of a moment ago: its customer goes on writing, and its holder goes on with it."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Count a miss; `rejected` is the id of the article that did not help, if one was given."""

    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class Helped:
    """Reset the misses: the bot has answered this matter."""


@dataclass(frozen=True, slots=True)
class AskRating:
    """Ask for a rating from 1 to 5, once."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Store the rating; `asks`: for its reason too."""

    score: int
    asks: bool = True


@dataclass(frozen=True, slots=True)
class ExplainRating:
    """Store the reason for the rating."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the resolved ticket."""


Act = (
    Hold | Answer | Suggest | Either | Say | HandOff | AskDanger | Safety | AskWithdrawal | Withdraw
    | Forward | Urge | TakeNote | StandBy | SuggestMeanwhile | RaiseUrgency | Complain | Reopen | GoOn | Miss | Helped
    | AskRating | Rate | ExplainRating | Close
)  # fmt: skip
