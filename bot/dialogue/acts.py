"""The output of `plan`: acts. Its input is in `situation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.dialogue.data_acts import DataAct
from escalation.tickets.sent_steps import StepAnswer
from knowledge_base.matching.ranking import Candidate

Addition = Literal["detail", "question", "assent", "thanks", "calm", "complaint", "bot_question", "wish"]
InDanger = Literal["report", "chase", "thanks", "over"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait for further fragments; `unfinished`: longer, for the sentence visibly goes on."""

    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Send this article's answer."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Presume:
    """Send this article's answer, under the question that was understood."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Suggest:
    """Ask which of these articles is meant, two at least; `sorry`: what was understood before was not."""

    candidates: tuple[Candidate, ...]
    sorry: bool = False


@dataclass(frozen=True, slots=True)
class AskBack:
    """Ask whether this article's question is meant; `sorry`: what was understood before was not."""

    candidate: Candidate
    sorry: bool = False


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
class Reject:
    """Note that this article is not what was asked, beside a ticket that waits: no miss of the bot's."""

    article: str


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
class RateAgain:
    """Store another rating of the same solution."""

    score: int


@dataclass(frozen=True, slots=True)
class RateDimensions:
    """Store scores by dimension, and say so; `wrong`: what was said beside them and is no score."""

    scores: tuple[tuple[str, int], ...]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """Keep scores as the answer to the quarterly survey, by dimension, the overall one under an empty name."""

    scores: tuple[tuple[str, int], ...]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WishSurveys:
    """Record whether the customer wishes quarterly surveys."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class WithdrawComplaint:
    """Note that the customer withdraws their complaint; it goes on, and a lead is told."""


@dataclass(frozen=True, slots=True)
class ExplainRating:
    """Store the reason for the rating."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the resolved ticket."""


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """Record the words as the answer to what the customer was sent last; `tells`: they are told."""

    answer: StepAnswer
    tells: bool = True


@dataclass(frozen=True, slots=True)
class ExplainObjection:
    """Keep the words as the reason for the objection made before."""


Act = (
    Hold | Answer | Presume | Suggest | AskBack | Either | Say | HandOff | AskDanger | Safety | AskWithdrawal | Withdraw
    | Forward | Urge | TakeNote | StandBy | SuggestMeanwhile | RaiseUrgency | Complain | Reopen | GoOn | Miss | Reject
    | Helped | AskRating | Rate | RateAgain | RateDimensions | WithdrawComplaint | ExplainRating | Close | AnswerStep
    | ExplainObjection | AnswerSurvey | WishSurveys | DataAct
)  # fmt: skip
