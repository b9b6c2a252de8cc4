"""A question that was understood and is not meant: how that is said, what is meant instead, and that it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.intents import intent_of
from bot.dialogue.situation import Situation, Turn
from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.wording.choices import NotMeant, payload
from escalation.policy.model import Policy
from knowledge_base.acts.polarity import polarity_of
from knowledge_base.acts.reading import COURTESIES, ClauseReading, Reading
from knowledge_base.acts.signals import agrees
from knowledge_base.matching.decide import Unknown, Unsure
from knowledge_base.matching.ranking import Candidate

LOOKED_BACK = 100  # lines of a talk in which what was not meant is not presumed again
_SURE_AT_MOST = 0.9999  # of a candidate that is no exact match
_NOTHING_ELSE = COURTESIES | {"unsolved"}  # what may be heard in a text that only refuses
_OTHERWISE = frozenset({"withdrawal", "thanks"})  # a no beside these refuses no question


def refuses(policy: Policy, reading: Reading) -> bool:
    """Whether a text refuses a question that was understood: 不是, 不对, 不是这个, 不是，我问的是运费."""
    if intent_of(policy, reading.text) not in (None, "unsolved") or reading.heard & _OTHERWISE:
        return False  # 不用了 takes leave of an answer
    return any(map(_refuses, reading.clauses))


def only_refuses(reading: Reading) -> bool:
    """Whether a text that refuses says nothing else."""
    return all(_is_bare(clause) for clause in reading.clauses)


def denies_all(reading: Reading) -> bool:
    """Whether a text says only that something is not so (不是, 不是这个): a sure answer was not what was asked."""
    return only_refuses(reading) and all(polarity_of(clause.text).denied for clause in reading.clauses)


def _refuses(clause: ClauseReading) -> bool:
    if agrees(clause.text) is False:
        return True
    if "unsolved" in clause.heard:  # 不是这个 is about the question, 没用 about the answer
        return not clause.matter and polarity_of(clause.text).denied
    return "no" in clause.heard


def _is_bare(clause: ClauseReading) -> bool:
    return agrees(clause.text) is False or (not clause.matter and clause.heard <= _NOTHING_ELSE)


def with_alternatives(
    db: Connection, rules: Rules, conversation: Conversation, turn: Turn, tier: str, now: datetime
) -> Turn:
    """Return the turn with what may be meant instead of the question that it refuses; itself if it refuses none."""
    if turn.not_meant is None:
        return turn
    line = given_for(db, conversation, turn.not_meant)
    asked = str(line.meta.get("asked") or "") if line is not None else ""
    candidates = rules.rank(asked, tier, now) if asked else ()
    left = without(candidates, {turn.not_meant, *conversation.rejected})
    return replace(turn, instead=_near(rules, left))


def without(candidates: Sequence[Candidate], refused: set[str]) -> tuple[Candidate, ...]:
    """Return the candidates left when some are known not to be meant, each as likely as it then is."""
    gone = sum(each.confidence for each in candidates if each.article.id in refused)
    return tuple(
        replace(each, confidence=round(min(each.confidence / max(1 - gone, each.confidence), _SURE_AT_MOST), 4))
        for each in candidates
        if each.article.id not in refused
    )


def _near(rules: Rules, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """What may be meant of these: however likely one is, it is asked about and not answered with."""
    match rules.decide(candidates):
        case Unknown():
            return ()
        case Unsure(near):
            return near
        case verdict:
            return (verdict.candidate,)


def given_for(db: Connection, conversation: Conversation, article: str) -> Message | None:
    """Return the bot's latest line that answered with this article or asked its question back; None without one."""
    way = payload(NotMeant(article))
    for line in reversed(message_store.latest(db, conversation.id, LOOKED_BACK)):
        if line.meta.get("article") == article or any(each["choice"] == way for each in line.meta.get("buttons", ())):
            return line
    return None


def keep(db: Connection, conversation: Conversation, article: str) -> None:
    """Keep with the line that gave this article, or asked its question back, that it was not what was meant."""
    line = given_for(db, conversation, article)
    if line is not None:
        message_store.reword(db, line, declined=article)


def with_declined(db: Connection, conversation: Conversation, situation: Situation) -> Situation:
    """Return the situation with the articles that were not meant earlier in the talk, whatever their matter was."""
    lines = message_store.latest(db, conversation.id, LOOKED_BACK)
    return replace(situation, declined=frozenset(line.meta["declined"] for line in lines if line.meta.get("declined")))
