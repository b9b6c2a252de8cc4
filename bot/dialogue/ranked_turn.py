"""What a turn's text was found to say: its acts, the articles it asks for, and what the conversation adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.dialogue.acts import Situation, Turn
from bot.dialogue.matter import matter_of
from bot.dialogue.offers import chosen, may_choose, offered
from bot.dialogue.turn import turn_of
from bot.dialogue.understanding import understand
from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from escalation.tickets import deadline_store
from escalation.tickets.lifecycle import Ticket
from knowledge_base.acts.reading import Reading
from knowledge_base.acts.signals import affirms_existence
from knowledge_base.matching.decide import PROBABLE, Answered
from knowledge_base.matching.ranking import Candidate

LONGEST_TURN = 2_000  # characters of gathered fragments that are considered together
ACKNOWLEDGED_EVERY = timedelta(minutes=1)  # additions to a waiting ticket are acknowledged at most so often
DANGER_ANSWER = timedelta(minutes=2)  # within which a customer says whether there is a danger
_FOLLOW_UP = 12  # characters of a question that may leave its subject to the one before
_RECENT = timedelta(minutes=10)
_MOST_ANSWERS = 2
_ASKED = ("danger", "withdrawal")  # what `awaiting` waits for in the next turn alone
_LOOKED_BACK = 8  # lines


@dataclass(frozen=True, slots=True)
class RankedCandidates:
    """A turn's text as read and ranked for a tier, if need be before the transaction.

    `further`: articles that answer further questions in the same text. `asked`: what the text chooses of an offer.
    `rejects`: it refuses the offer. `repeats`: it goes on with what was just answered. For any other text or tier the
    transaction ranks again.
    """

    text: str
    tier: str
    candidates: tuple[Candidate, ...]
    reading: Reading = field(default_factory=lambda: Reading(""))
    further: tuple[Candidate, ...] = ()
    asked: Candidate | None = None
    rejects: bool = False
    repeats: bool = False

    @property
    def said(self) -> str:
        """The text without what only courtesies and wishes say, or all of it where nothing else is left."""
        return self.reading.substance or self.text

    def turn(self, rules: Rules, *, settled: bool) -> Turn:
        """Return the turn."""
        turn = turn_of(rules, self.text, self.candidates, settled=settled, reading=self.reading)
        return replace(turn, asked=self.asked, rejects=self.rejects, repeats=self.repeats, further=self.further)


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
    if not (candidates and candidates[0].exact) and reading.question != text:
        candidates = rules.rank(reading.question, tier, now)
    if not candidates or candidates[0].confidence < PROBABLE:
        reading = reading.uncontested()
    several = _answers(rules, reading, tier, now)
    if len(several) > 1 or (several and several[0].exact):
        first, *others = several
        return RankedCandidates(text, tier, (first, *candidates), reading, tuple(others))
    return RankedCandidates(text, tier, candidates, reading)


def _answers(rules: Rules, reading: Reading, tier: str, now: datetime) -> list[Candidate]:
    """The articles that answer one clause each, where several clauses ask."""
    asking = [clause.text for clause in reading.clauses if clause.matter and not clause.denied]
    found: dict[str, Candidate] = {}
    for clause in asking if len(asking) > 1 else ():
        verdict = rules.decide(rules.rank(clause, tier, now))
        if isinstance(verdict, Answered):
            found.setdefault(verdict.candidate.article.id, verdict.candidate)
    return list(found.values())[:_MOST_ANSWERS]


def as_answer(conversation: Conversation, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn, read as an answer if the bot has just asked something that a yes or a no answers."""
    if conversation.awaiting not in _ASKED:
        return ranked
    reading = ranked.reading.as_answer()
    # A mere 好的 or 可以 says nothing of smoke: only an answer that affirms it (有, 对, 嗯) counts.
    if conversation.awaiting == "danger" and not affirms_existence(ranked.text):
        reading = reading.without("yes")
    return replace(ranked, reading=reading)


def in_context(
    db: Connection, rules: Rules, conversation: Conversation, ranked: RankedCandidates, now: datetime
) -> RankedCandidates:
    """Return the turn with what the conversation tells of it: an offer it chooses from, a subject it goes on with."""
    if conversation.awaiting == "danger" and not ranked.reading.heard & {"danger", "yes"}:
        return _without_danger(rules, conversation, ranked, now)
    if conversation.awaiting not in _ASKED and may_choose(ranked.text, ranked.reading):
        offer = offered(db, conversation)
        asked = chosen(rules, offer, ranked.text, ranked.reading, ranked.tier, now)
        if offer.or_person and asked is None and "yes" in ranked.reading.heard:
            return replace(ranked, reading=ranked.reading.saying("person"))
        refuses = "no" in ranked.reading.heard and not ranked.reading.heard & {"withdrawal", "thanks"}
        rejects = bool(offer.articles) and asked is None and refuses
        return replace(ranked, asked=asked, rejects=rejects)
    return _following_up(db, rules, conversation, ranked, now)


def _without_danger(
    rules: Rules, conversation: Conversation, ranked: RankedCandidates, now: datetime
) -> RankedCandidates:
    """There is no danger: the question that raised the doubt goes on, with what is said beside the no."""
    asked = matter_of(conversation).text
    is_answered = isinstance(rules.decide(ranked.candidates), Answered)
    if not asked or "no" not in ranked.reading.heard or is_answered:
        return ranked
    again = rank_turn(rules, f"{asked} {ranked.reading.substance}".strip(), ranked.tier, now)
    return replace(again, reading=again.reading.without("danger"))


def _following_up(
    db: Connection, rules: Rules, conversation: Conversation, ranked: RankedCandidates, now: datetime
) -> RankedCandidates:
    earlier = matter_of(conversation).lines[-1:]
    is_short = 0 < len(ranked.text) <= _FOLLOW_UP and not ranked.reading.heard
    if not earlier or not is_short or isinstance(rules.decide(ranked.candidates), Answered):
        return ranked
    lines = message_store.latest(db, conversation.id, _LOOKED_BACK)
    if not any(line.author == "bot" and now - line.at <= _RECENT for line in lines):
        return ranked
    together = rules.rank(f"{earlier[0]} {ranked.text}", ranked.tier, now)
    verdict = rules.decide(together)
    if not isinstance(verdict, Answered):
        return ranked
    is_news = verdict.candidate.article.id != conversation.last_answer
    return replace(ranked, candidates=together) if is_news else replace(ranked, repeats=True)


def while_waiting(
    db: Connection, conversation: Conversation, situation: Situation, ticket: Ticket | None, now: datetime
) -> Situation:
    """Return the situation of a waiting ticket with whether it is late, and whether an addition is acknowledged again.

    It is when the bot was silent for a minute.
    """
    if ticket is None or situation.ticket != "waiting":
        return situation
    lines = message_store.latest(db, conversation.id, _LOOKED_BACK)
    quiet = all(line.author == "customer" or now - line.at >= ACKNOWLEDGED_EVERY for line in lines)
    due = deadline_store.promised(db, ticket.id)
    return replace(situation, can_acknowledge=quiet, overdue=due is not None and due <= now)


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
