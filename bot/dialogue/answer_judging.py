"""What becomes of the bot's answers: customers' taps and words, and what agents send, kept without a word of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, TypedDict

from sqlalchemy import Connection

from bot.dialogue.not_meant import LOOKED_BACK, given_for
from bot.dialogue.situation import Turn
from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.wording.choices import Meant, QuestionChosen, payload
from escalation.tickets.lifecycle import Ticket
from knowledge_base.adjusting.judged_store import save_judgement
from knowledge_base.matching.ranking import Candidate

EXACT = 1.0  # the confidence of what was asked word for word
_SAYS_ENOUGH = 10  # characters of an answer by which it is known again; 可以的 may stand in any reply
ALIKE = 0.8  # how like an answer a reply is that an agent made from it


class Certainty(TypedDict, total=False):
    """What a line keeps of how sure it was; empty for what was asked word for word."""

    likeliest: str
    confidence: float


def certainty(candidate: Candidate) -> Certainty:
    """Return what the line that answers or asks with this candidate keeps, so that it can be judged."""
    if candidate.exact:
        return {}
    return {"likeliest": candidate.article.id, "confidence": candidate.confidence}


def judge_turn(db: Connection, conversation: Conversation, turn: Turn, now: datetime) -> None:
    """Keep what this turn says of the answer, or of the question asked back or listed first, that it is about."""
    if not turn.settled:
        return
    if turn.helpful is not None:
        _judge(db, given_for(db, conversation, turn.helpful), now, is_right=True)
    for refused in (turn.unhelpful, turn.not_meant):
        if refused is not None:
            _judge(db, given_for(db, conversation, refused), now, is_right=False)
    if turn.asked is not None:
        chosen = turn.asked.article.id
        line = offer_of(db, conversation, chosen)
        _judge(db, line, now, is_right=line is not None and line.meta.get("likeliest") == chosen)


def judge_reply(db: Connection, ticket: Ticket, reply: str, now: datetime) -> None:
    """Keep whether the answer that an agent sent, word for word or nearly, is that of the likeliest article."""
    first = ticket.candidates[0] if ticket.candidates else None
    chosen = _sent(ticket.candidates, reply)
    if first is None or chosen is None or first["confidence"] >= EXACT:
        return
    save_judgement(
        db,
        f"ticket {ticket.id}",
        conversation_id=ticket.conversation_id,
        article_id=first["id"],
        confidence=first["confidence"],
        is_right=chosen == first["id"],
        told_by="agent",
        now=now,
    )


def article_sent(rules: Rules, ticket: Ticket, reply: str) -> str | None:
    """Return the published article whose answer a reply is made from, or holds as it is; None for one's own words."""
    found = _sent(ticket.candidates, reply)
    if found is not None:
        return found
    told = (article for article in rules.index.articles if len(article.answer) >= _SAYS_ENOUGH)
    return next((article.id for article in told if article.answer.strip() in reply), None)


def offer_of(db: Connection, conversation: Conversation, article_id: str) -> Message | None:
    """Return the latest line that offered this article's question; None if the web page offered it unasked."""
    # Once, ids without room were written whole.
    ways = {f"ask:{article_id}", *(payload(choice(article_id)) for choice in (QuestionChosen, Meant))}
    for line in reversed(message_store.latest(db, conversation.id, LOOKED_BACK)):
        if line.author == "bot" and any(button["choice"] in ways for button in line.meta.get("buttons", ())):
            return line
    return None


def _judge(db: Connection, line: Message | None, now: datetime, *, is_right: bool) -> None:
    if line is None or "confidence" not in line.meta:
        return
    save_judgement(
        db,
        f"line {line.id}",
        conversation_id=line.conversation_id,
        article_id=line.meta["likeliest"],
        confidence=line.meta["confidence"],
        is_right=is_right,
        told_by="customer",
        now=now,
    )


def _sent(candidates: Sequence[Mapping[str, Any]], reply: str) -> str | None:
    """The article whose answer a reply is made from; None if it is in an agent's own words."""
    found = {one["id"]: likeness("".join(one["answer"].split()), "".join(reply.split())) for one in candidates}
    best = max(found, key=lambda article: found[article], default=None)
    return best if best is not None and found[best] >= ALIKE else None


def likeness(answer: str, reply: str) -> float:
    if len(answer) < _SAYS_ENOUGH:
        return float(answer == reply)
    return 1.0 if answer in reply else SequenceMatcher(None, answer, reply, autojunk=False).ratio()
