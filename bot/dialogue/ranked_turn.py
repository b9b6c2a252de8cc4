"""What a turn's text was found to say: its acts, the articles it asks for, and what the conversation adds to it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.dialogue.mild_acts import as_meant
from bot.dialogue.questions import questions_in
from bot.dialogue.situation import Situation, Turn
from bot.dialogue.turn import turn_of
from bot.dialogue.understanding import understand
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from escalation.tickets import deadline_store
from escalation.tickets.lifecycle import Ticket
from knowledge_base.acts.reading import Reading
from knowledge_base.matching.decide import PROBABLE, Answered, Presumed, given
from knowledge_base.matching.ranking import Candidate

log = logging.getLogger(__name__)

LONGEST_TURN = 2_000  # characters of gathered fragments that are considered together
DANGER_ANSWER = timedelta(minutes=2)  # within which a customer says whether there is a danger
_ABOUT = 0.28  # likeness to a topic from which on something told is about it
_ASKED = ("danger", "withdrawal")  # what `awaiting` waits for in the next turn alone


@dataclass(frozen=True, slots=True)
class RankedCandidates:
    """A turn's text as read and ranked for a tier, if need be before the transaction.

    `further`: articles that answer further questions in the same text. `asked`: what the text chooses of an offer.
    `rejects`: it refuses the offer, and says nothing else. `not_meant`: the article whose question was understood, and
    is refused. `either`: what was offered, when its choice is no place of the offer. `repeats`: it goes on with what
    was just answered. `insists`: it comes to what was listed just before. `other`, `unanswered`: a further question
    that may mean these, or that nothing answers. `about`: it is about something the company deals with; None: no
    topics were learned. `whole`: all of it is word for word a question of ours. For any other text or tier the
    transaction ranks again.
    """

    text: str
    tier: str
    candidates: tuple[Candidate, ...]
    reading: Reading = field(default_factory=lambda: Reading(""))
    further: tuple[Candidate, ...] = ()
    asked: Candidate | None = None
    rejects: bool = False
    not_meant: str | None = None
    repeats: bool = False
    either: tuple[Candidate, ...] = ()
    insists: Candidate | None = None
    other: tuple[Candidate, ...] = ()
    unanswered: bool = False
    about: bool | None = None
    whole: bool = False

    @property
    def said(self) -> str:
        """The text without what only courtesies and wishes say, or all of it where nothing else is left."""
        return self.reading.substance or self.text

    def turn(self, rules: Rules, *, settled: bool) -> Turn:
        """Return the turn."""
        turn = turn_of(rules, self.text, self.candidates, settled=settled, reading=self.reading, whole=self.whole)
        turn = replace(as_meant(turn, self.reading, self.candidates), asked=self.asked, rejects=self.rejects)
        turn = replace(turn, repeats=self.repeats, insists=self.insists, either=self.either, about=self.about)
        turn = replace(turn, not_meant=self.not_meant)
        return replace(turn, further=self.further, other=self.other, unanswered=self.unanswered)


def join_fragments(texts: Sequence[str]) -> str:
    """Join fragments to one text; of very much, what was said last.

    A space ends a clause between two words of Chinese alone: after a number or a Latin word a comma does.
    """
    joined = ""
    for text in (each.strip() for each in texts):
        mark = ", " if joined and joined[-1].isascii() and joined[-1].isalnum() else " "
        joined = f"{joined}{mark}{text}" if joined and text else joined or text
    return joined[-LONGEST_TURN:]


def rank_turn(rules: Rules, text: str, tier: str, now: datetime) -> RankedCandidates:
    """Read a text and rank the articles it asks for."""
    if not text:
        return RankedCandidates("", tier, ())
    reading = understand(rules, text)
    candidates = rules.rank(text, tier, now)
    whole = bool(candidates) and candidates[0].exact
    if not whole and reading.question != text:
        candidates = rules.rank(reading.question, tier, now)
    if not candidates or candidates[0].confidence < PROBABLE:
        reading = reading.uncontested()
    ranked = RankedCandidates(text, tier, candidates, reading, whole=whole)
    if candidates and candidates[0].exact:
        return ranked
    if not reading.asks and given(rules.decide(candidates)) is None:
        ranked = replace(ranked, about=_is_about(rules, reading))  # costs, and counts only for what is told
    return _with_questions(rules, ranked, now)


def _with_questions(rules: Rules, ranked: RankedCandidates, now: datetime) -> RankedCandidates:
    """Return the turn with what its clauses ask, where several of them ask something."""
    found = questions_in(rules, ranked.reading, ranked.tier, now)
    first, *further = found.answers or [None]
    if first is not None and (further or first.exact or found.several):
        candidates: tuple[Candidate, ...] = (first, *ranked.candidates)
    elif isinstance(verdict := rules.decide(ranked.candidates), Answered):
        candidates, further = ranked.candidates, []
    else:
        found = found.beside(verdict)
        listed = found.listed(ranked.candidates)
        presumes = isinstance(verdict, Presumed) and listed == ranked.candidates
        return replace(ranked, candidates=listed, unanswered=presumes and found.several and found.unanswered)
    known = {each.article.id for each in (candidates[0], *further) if each is not None}
    return replace(
        ranked,
        candidates=candidates,
        further=tuple(each for each in further if each is not None),
        other=tuple(each for each in found.likely if each.article.id not in known),
        unanswered=found.several and found.unanswered,
    )


def _is_about(rules: Rules, reading: Reading) -> bool | None:
    """Whether a text is about something the company deals with; None where no topics were learned."""
    topics = rules.acts.topics
    if topics is None:
        return None
    try:
        return bool(reading.substance) and max(topics.scores(reading.substance).values(), default=0.0) >= _ABOUT
    except Exception:
        log.exception("the topic of a text could not be read")
        return None


def while_waiting(db: Connection, situation: Situation, ticket: Ticket | None, now: datetime) -> Situation:
    """Return the situation of a waiting ticket with whether it is late."""
    if ticket is None or situation.ticket != "waiting":
        return situation
    due = deadline_store.promised(db, ticket.id)
    return replace(situation, overdue=due is not None and due <= now)


def no_longer_asked(conversation: Conversation, said: Reading) -> Conversation:
    """Return the conversation with what only the turn just taken could answer no longer awaited.

    Whether there is a danger stays asked after a courtesy that answers nothing, such as 好的.
    """
    if conversation.awaiting not in _ASKED:
        return conversation
    if conversation.awaiting == "danger" and not said.substance and not said.heard & {"no", "yes", "danger"}:
        return conversation
    at = None if conversation.awaiting == "danger" else conversation.hand_over_at
    return replace(conversation, awaiting=None, hand_over_at=at)


def as_before(conversation: Conversation, earlier: Conversation) -> Conversation:
    """Return a conversation; one that waits for fragments as it was, for they are told again and may answer."""
    if conversation.held_until is None:
        return conversation
    kept = (earlier.question, earlier.awaiting, earlier.hand_over_at)
    return replace(conversation, question=kept[0], awaiting=kept[1], hand_over_at=kept[2])
