"""Supervision in use: drawing, scoring, objecting and rectifying, with whoever is told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.inspection_notices import person, tell, tell_of_rectification
from bot.notifications.notice import Audience
from bot.rules import Rules
from bot.wording import inspections as words
from bot.wording.moments import by as moment_by
from escalation.policy.supervision import OBJECT_WITHIN
from escalation.staff import Staff, get_staff
from escalation.supervision import drawing, objecting, rectifying, submitting
from escalation.supervision.drawing import DrawWish
from escalation.supervision.inspection_store import Draw, Inspection, Rectification, get_record
from escalation.supervision.objecting import ObjectionAnswer
from escalation.supervision.rectifying import RectificationWish
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.submitting import Scores


def draw_for(
    db: Connection, rules: Rules, who: Staff, inspector_id: int, wish: DrawWish, now: datetime
) -> tuple[Draw, list[int]]:
    """Draw at a person's word: an inspector for themselves, a manager for any; raises SupervisionRefused."""
    if who.role != "manager" and (who.role, who.id) != ("inspector", inspector_id):
        raise SupervisionRefused("may_not_draw")
    inspector = get_staff(db, inspector_id)
    if inspector is None:
        raise SupervisionRefused("not_inspector", login="", name="")
    return drawing.draw(db, rules.policy.supervision, inspector, wish, who.login, now)


def submit(db: Connection, rules: Rules, who: Staff, number: int, scores: Scores, now: datetime) -> Inspection:
    """Submit a score and tell the agent; raises SupervisionRefused."""
    supervision = rules.policy.supervision
    within = supervision.object_within if supervision is not None else OBJECT_WITHIN
    found = submitting.submit(db, who, number, scores, within, now)
    assert found.score is not None, "just scored"
    assert found.object_until is not None, "just scored"
    until = moment_by(rules.policy, found.object_until, now)
    tell(db, rules, found, words.scored(found.ticket_id, found.score, until), [person(found.agent_id)], now)
    return found


def object_to(db: Connection, rules: Rules, who: Staff, number: int, text: str, now: datetime) -> Inspection:
    """Object to a score; its inspector, the leads of the queue and managers are told. Raises SupervisionRefused."""
    found = objecting.object_to(db, who, number, text, now)
    told = words.objected(found.ticket_id, found.score or 0, who.name)
    to = [person(found.inspector_id), Audience("role", "lead"), Audience("role", "manager")]
    tell(db, rules, found, told, to, now)
    return found


def answer_objection(
    db: Connection, rules: Rules, who: Staff, number: int, answer: ObjectionAnswer, now: datetime
) -> Inspection:
    """Answer an objection; agent and inspector are told. Raises SupervisionRefused."""
    found = objecting.answer_objection(db, who, number, answer, now)
    objection = get_record(db, number).objection
    after = objection.score_after if objection is not None else None
    told = words.answered(found.ticket_id, found.score or 0, after)
    tell(db, rules, found, told, [person(found.agent_id), person(found.inspector_id)], now)
    return found


def rectify(
    db: Connection, rules: Rules, who: Staff, number: int, wish: RectificationWish, now: datetime
) -> Rectification:
    """Ask somebody to put something right, and tell them; raises SupervisionRefused."""
    asked = rectifying.rectify(db, who, number, wish, now.astimezone(rules.policy.zone).date(), now)
    tell_of_rectification(db, rules, asked, "asked", now)
    return asked
