"""What a turn's text was found to say: its acts, the articles it asks for, and what the conversation adds to it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.dialogue.acts import Situation, Turn
from bot.dialogue.matter import matter_of
from bot.dialogue.mild_acts import as_meant
from bot.dialogue.offers import Offer, articles_of, chosen, is_misplaced, may_choose, offered
from bot.dialogue.questions import questions_in
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

log = logging.getLogger(__name__)

LONGEST_TURN = 2_000  # characters of gathered fragments that are considered together
ACKNOWLEDGED_EVERY = timedelta(minutes=1)  # additions to a waiting ticket are acknowledged at most so often
DANGER_ANSWER = timedelta(minutes=2)  # within which a customer says whether there is a danger
_FOLLOW_UP = 16  # characters of a question that may leave its subject to the one before
_RECENT = timedelta(minutes=10)
_ABOUT = 0.28  # likeness to a topic from which on something told is about it
_OUTCOMES = frozenset({"withdrawal", "unsolved", "thanks", "chase"})  # what came of something insists on nothing
_INSISTED_ON = 0.4  # confidence from which on what was listed just before is answered when it is meant again
# Acts that are heard in a question that goes on, such as 那普通的呢, and say nothing against it.
_MILD = frozenset({"yes", "no", "calm", "greeting", "unfinished", "small_talk", "haggling", "urgency"})
_ASKED = ("danger", "withdrawal")  # what `awaiting` waits for in the next turn alone
_LOOKED_BACK = 8  # lines


@dataclass(frozen=True, slots=True)
class RankedCandidates:
    """A turn's text as read and ranked for a tier, if need be before the transaction.

    `further`: articles that answer further questions in the same text. `asked`: what the text chooses of an offer.
    `rejects`: it refuses the offer. `either`: what was offered, when its choice is no place of the offer. `repeats`: it
    goes on with what was just answered. `insists`: it comes to what was listed just before. `other`, `unanswered`: a
    further question that may mean these, or that nothing answers. `about`: it is about something the company deals
    with; None: no topics were learned. For any other text or tier the transaction ranks again.
    """

    text: str
    tier: str
    candidates: tuple[Candidate, ...]
    reading: Reading = field(default_factory=lambda: Reading(""))
    further: tuple[Candidate, ...] = ()
    asked: Candidate | None = None
    rejects: bool = False
    repeats: bool = False
    either: tuple[Candidate, ...] = ()
    insists: Candidate | None = None
    other: tuple[Candidate, ...] = ()
    unanswered: bool = False
    about: bool | None = None

    @property
    def said(self) -> str:
        """The text without what only courtesies and wishes say, or all of it where nothing else is left."""
        return self.reading.substance or self.text

    def turn(self, rules: Rules, *, settled: bool) -> Turn:
        """Return the turn."""
        turn = turn_of(rules, self.text, self.candidates, settled=settled, reading=self.reading)
        turn = replace(as_meant(turn, self.reading, self.candidates), asked=self.asked, rejects=self.rejects)
        turn = replace(turn, repeats=self.repeats, insists=self.insists, either=self.either, about=self.about)
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
    if not (candidates and candidates[0].exact) and reading.question != text:
        candidates = rules.rank(reading.question, tier, now)
    if not candidates or candidates[0].confidence < PROBABLE:
        reading = reading.uncontested()
    ranked = RankedCandidates(text, tier, candidates, reading)
    if candidates and candidates[0].exact:
        return ranked
    if not reading.asks and not isinstance(rules.decide(candidates), Answered):
        ranked = replace(ranked, about=_is_about(rules, reading))  # costs, and counts only for what is told
    return _with_questions(rules, ranked, now)


def _with_questions(rules: Rules, ranked: RankedCandidates, now: datetime) -> RankedCandidates:
    """Return the turn with what its clauses ask, where several of them ask something."""
    found = questions_in(rules, ranked.reading, ranked.tier, now)
    first, *further = found.answers or [None]
    if first is not None and (further or first.exact or found.several):
        candidates: tuple[Candidate, ...] = (first, *ranked.candidates)
    elif isinstance(rules.decide(ranked.candidates), Answered):
        candidates, further = ranked.candidates, []
    else:
        return replace(ranked, candidates=found.listed(ranked.candidates))
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
    if conversation.awaiting in _ASKED:
        return _following_up(db, rules, conversation, ranked, now)
    may = may_choose(ranked.text, ranked.reading)
    # A list leaves its question open: after anything else there is nothing to look for.
    is_open = conversation.raised_at is not None and conversation.raised_at < now
    offer = offered(db, conversation) if may or is_open else Offer()
    if may and (choice := _choosing(rules, offer, ranked, now)) is not None:
        return choice
    ranked = _insisting(conversation, offer, _in_its_matter(rules, conversation, ranked))
    return _not_again(rules, offer, _following_up(db, rules, conversation, ranked, now))


def _choosing(rules: Rules, offer: Offer, ranked: RankedCandidates, now: datetime) -> RankedCandidates | None:
    """Return the turn as a choice among what was offered, or a refusal of it; None if it is neither."""
    reading = ranked.reading
    if is_misplaced(offer, ranked.text):
        either = articles_of(rules, offer, ranked.tier, now)
        return replace(ranked, either=either) if either else None
    if (asked := chosen(rules, offer, ranked.text, reading, ranked.tier, now)) is not None:
        return replace(ranked, asked=asked)
    if offer.takes_person(reading):
        return replace(ranked, reading=reading.saying("person"))
    # What is said beside the no is what counts: 5G 的，不是 2.4G refuses nothing.
    refuses = "no" in reading.heard and not reading.heard & {"withdrawal", "thanks"} and not reading.substance
    return replace(ranked, rejects=True) if offer.articles and refuses else None


def _in_its_matter(rules: Rules, conversation: Conversation, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn with what its matter makes of it: of one that was not answered yet, all that is told is part.

    Who comes to what was just answered and denies something in it (我问的不是押金多少) was not helped by that.
    """
    verdict, last = rules.decide(ranked.candidates), conversation.last_answer
    thanks = bool(ranked.reading.clauses) and "thanks" in ranked.reading.clauses[-1].heard
    if ranked.about is False and last is None and matter_of(conversation).lines and not thanks:
        ranked = replace(ranked, about=True)
    if not isinstance(verdict, Answered) or verdict.candidate.article.id != last or verdict.candidate.exact:
        return ranked
    corrects = "no" in ranked.reading.heard or any(clause.denied for clause in ranked.reading.clauses)
    return replace(ranked, candidates=(), further=(), other=(), repeats=True) if corrects else ranked


def _insisting(conversation: Conversation, offer: Offer, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn with what it insists on: it comes first, as it did in the list just before."""
    best = ranked.candidates[0] if ranked.candidates else None
    if best is None or best.confidence < _INSISTED_ON or best.article.id not in offer.articles:
        return ranked
    refused = best.article.id in conversation.rejected or best.article.id == conversation.last_answer
    said = ranked.reading
    told = not said.asks and any(said.chance(act) >= PROBABLE for act in _OUTCOMES)
    beside = said.denies or told or bool(said.heard & _OUTCOMES)
    return ranked if refused or beside else replace(ranked, insists=best)


def _not_again(rules: Rules, offer: Offer, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn without what was listed just before, unless it is surely meant or insisted on."""
    if not offer.articles or ranked.insists is not None or isinstance(rules.decide(ranked.candidates), Answered):
        return ranked
    fresh = tuple(each for each in ranked.candidates if each.article.id not in offer.articles)
    return replace(ranked, candidates=fresh)


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
    reading = ranked.reading
    is_short = bool(reading.substance) and len(ranked.text) <= _FOLLOW_UP and reading.heard <= _MILD
    if not earlier or not is_short or isinstance(rules.decide(ranked.candidates), Answered):
        return ranked
    lines = message_store.latest(db, conversation.id, _LOOKED_BACK)
    if not any(line.author == "bot" and now - line.at <= _RECENT for line in lines):
        return ranked
    return _together(rules, conversation, ranked, rules.rank(f"{earlier[0]} {ranked.text}", ranked.tier, now))


def _together(
    rules: Rules, conversation: Conversation, ranked: RankedCandidates, together: tuple[Candidate, ...]
) -> RankedCandidates:
    """Return a turn that goes on with the one before, by what the two ask together."""
    alone = ranked.candidates[0].confidence if ranked.candidates else 0.0
    best = together[0] if together else None
    if best is None or ranked.insists is not None:
        return ranked
    is_sure = isinstance(rules.decide(together), Answered)
    if best.article.id == conversation.last_answer:
        return replace(ranked, repeats=True) if is_sure else ranked
    is_likelier = ranked.reading.asks and alone < PROBABLE <= best.confidence
    return replace(ranked, candidates=together) if is_sure or is_likelier else ranked


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
