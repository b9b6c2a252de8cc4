"""What a conversation makes of a turn: an answer to what was asked, a choice of an offer, a subject continued."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.dialogue.matter import matter_of
from bot.dialogue.not_meant import denies_all, only_refuses, refuses, without
from bot.dialogue.offers import Offer, articles_of, chosen, is_misplaced, may_choose, offered
from bot.dialogue.ranked_turn import RankedCandidates, rank_turn
from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from knowledge_base.acts.signals import affirms_existence, agrees
from knowledge_base.matching.decide import PROBABLE, given
from knowledge_base.matching.ranking import Candidate

_FOLLOW_UP = 16  # characters of a question that may leave its subject to the one before
_RECENT = timedelta(minutes=10)
_OUTCOMES = frozenset({"withdrawal", "unsolved", "thanks", "chase"})  # what came of something insists on nothing
_INSISTED_ON = 0.4  # confidence from which on what was listed just before is answered when it is meant again
# Acts that are heard in a question that goes on, such as 那普通的呢, and say nothing against it.
_MILD = frozenset({"yes", "no", "calm", "greeting", "unfinished", "small_talk", "haggling", "urgency"})
_ASKED = ("danger", "withdrawal")  # what `awaiting` waits for in the next turn alone
_LOOKED_BACK = 8  # lines


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
    says_yes, says_no = agrees(ranked.text) is True, refuses(rules.policy, ranked.reading)
    offer = offered(db, rules, conversation) if may or is_open or says_yes or says_no else Offer()
    if offer.understood is not None and says_no:
        ranked = _refusing(offer.understood, ranked)
        if ranked.rejects:
            return ranked
    if says_no and offer.answered is not None and denies_all(ranked.reading):
        return _refusing(offer.answered, ranked)
    if offer.understood is not None and says_yes:
        may, ranked = True, replace(ranked, reading=ranked.reading.as_answer())
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
    says_no = "no" in reading.heard and not reading.heard & {"withdrawal", "thanks"} and not reading.substance
    return replace(ranked, rejects=True, not_meant=offer.understood) if offer.articles and says_no else None


def _refusing(article: str, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn as one that refuses the question that was understood: that is not what it asks."""
    if only_refuses(ranked.reading):
        return replace(ranked, not_meant=article, rejects=True, candidates=(), further=(), other=())
    kept = (tuple(c for c in some if c.article.id != article) for some in (ranked.candidates, ranked.other))
    candidates, other = kept
    return replace(ranked, not_meant=article, candidates=candidates, other=other)


def _in_its_matter(rules: Rules, conversation: Conversation, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn with what its matter makes of it: of one that was not answered yet, all that is told is part.

    Who comes to what was just answered and denies something in it (我问的不是押金多少) was not helped by that.
    """
    verdict, last = rules.decide(ranked.candidates), conversation.last_answer
    thanks = bool(ranked.reading.clauses) and "thanks" in ranked.reading.clauses[-1].heard
    if ranked.about is False and last is None and matter_of(conversation).lines and not thanks:
        ranked = replace(ranked, about=True)
    known = given(verdict)
    if known is None or known.article.id != last or known.exact:
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
    if not offer.articles or ranked.insists is not None or given(rules.decide(ranked.candidates)) is not None:
        return ranked
    fresh = tuple(each for each in ranked.candidates if each.article.id not in offer.articles)
    return replace(ranked, candidates=fresh)


def _without_danger(
    rules: Rules, conversation: Conversation, ranked: RankedCandidates, now: datetime
) -> RankedCandidates:
    """There is no danger: the question that raised the doubt goes on, with what is said beside the no."""
    asked = matter_of(conversation).text
    is_answered = given(rules.decide(ranked.candidates)) is not None
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
    if not earlier or not is_short or given(rules.decide(ranked.candidates)) is not None:
        return ranked
    lines = message_store.latest(db, conversation.id, _LOOKED_BACK)
    if not any(line.author == "bot" and now - line.at <= _RECENT for line in lines):
        return ranked
    return _together(rules, conversation, ranked, rules.rank(f"{earlier[0]} {ranked.text}", ranked.tier, now))


def _together(
    rules: Rules, conversation: Conversation, ranked: RankedCandidates, together: tuple[Candidate, ...]
) -> RankedCandidates:
    """Return a turn that goes on with the one before, by what the two ask together."""
    together = without(together, {ranked.not_meant}) if ranked.not_meant is not None else together
    alone = ranked.candidates[0].confidence if ranked.candidates else 0.0
    best = together[0] if together else None
    if best is None or ranked.insists is not None:
        return ranked
    is_sure = given(rules.decide(together)) is not None
    if best.article.id == conversation.last_answer:
        return replace(ranked, repeats=True) if is_sure else ranked
    is_likelier = ranked.reading.asks and alone < PROBABLE <= best.confidence
    return replace(ranked, candidates=together) if is_sure or is_likelier else ranked
