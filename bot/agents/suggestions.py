"""The answer suggested on a ticket's page; what its agent makes of it is recorded, and judges it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.answer_judging import ALIKE, EXACT, likeness
from bot.rules import Rules
from bot.transcript.suggestion_verdicts import GivenVerdict, Verdict, save_verdict
from escalation.staff import Staff
from escalation.tickets.lifecycle import Ticket
from knowledge_base.adjusting.judged_store import save_judgement
from knowledge_base.matching.ranking import Candidate

_LEFT = 0.4  # how like the answer a reply is in which something of it is left; of less, nothing was made of it


@dataclass(frozen=True, slots=True)
class SuggestedAnswer:
    """An answer for the agent, and how sure it is, 0 to 1; `is_new`: for what the customer wrote last."""

    article_id: str
    answer: str
    confidence: float
    is_new: bool


def suggested_answer_of(
    ticket: Ticket, ready: Candidate | None, given: Iterable[GivenVerdict], last_said: datetime | None
) -> SuggestedAnswer | None:
    """Return the answer to suggest; None for one that this person declined, or has used since the customer wrote.

    `ready` is that of `ready_answer`; without one, that of the hand-over is still suggested. Both are more likely right
    than wrong.
    """
    found = _found(ticket, ready)
    if found is None:
        return None
    for each in given:
        if each.article_id == found.article_id and (
            each.verdict == "declined" or last_said is None or each.at >= last_said
        ):
            return None
    return found


def _found(ticket: Ticket, ready: Candidate | None) -> SuggestedAnswer | None:
    if ready is not None:
        return SuggestedAnswer(ready.article.id, ready.article.answer, ready.confidence, is_new=True)
    first = ticket.candidates[0] if ticket.candidates else None
    if not ticket.is_open or first is None or not ticket.suggested or first["answer"] != ticket.suggested:
        return None
    return SuggestedAnswer(first["id"], ticket.suggested, first["confidence"], is_new=False)


def verdict_on(rules: Rules, ticket: Ticket, article_id: str, reply: str) -> Verdict | None:
    """Return what a reply made of an answer that was taken over: `adopted`, `edited`; None if nothing of it is left."""
    answer = _answer(rules, ticket, article_id)
    if answer is None:
        return None
    plain, said = "".join(answer.split()), "".join(reply.split())
    if plain == said:
        return "adopted"
    return "edited" if likeness(plain, said) >= _LEFT else None


def record_verdict(
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket: Ticket,
    article_id: str,
    verdict: Verdict,
    confidence: float,
    reply: str,
    now: datetime,
) -> None:
    """Keep a verdict on a suggested answer, and judge the answer by it.

    Sent as it is or nearly, it was right; declined, it was not. One that was reworded altogether says neither, nor does
    one that was asked for word for word.
    """
    save_verdict(db, ticket.id, article_id, who.id, verdict, confidence, now)
    answer = _answer(rules, ticket, article_id)
    is_right = verdict == "adopted" or (
        verdict == "edited" and likeness("".join((answer or "").split()), "".join(reply.split())) >= ALIKE
    )
    if answer is None or confidence >= EXACT or (verdict == "edited" and not is_right):
        return
    save_judgement(
        db,
        _judged_as(ticket, article_id),
        conversation_id=ticket.conversation_id,
        article_id=article_id,
        confidence=confidence,
        is_right=is_right,
        told_by="agent",
        now=now,
    )


def _judged_as(ticket: Ticket, article_id: str) -> str:
    """That of the hand-over is judged by replies too (`judge_reply`): both are one judgement."""
    if ticket.candidates and ticket.candidates[0]["id"] == article_id:
        return f"ticket {ticket.id}"
    return f"ticket {ticket.id} {hashlib.sha256(article_id.encode()).hexdigest()[:8]}"


def _answer(rules: Rules, ticket: Ticket, article_id: str) -> str | None:
    kept = next((one["answer"] for one in ticket.candidates if one["id"] == article_id), None)
    published = next((one.answer for one in rules.index.articles if one.id == article_id), None)
    return published if published is not None else kept
