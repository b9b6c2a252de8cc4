"""Erases what a ticket says of its customer; its figures stay: tier, queue, instants, deadlines, scores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from bot.delivery import customer_topics
from bot.delivery.outbox import outbox
from bot.notifications.notice_tables import notice_reads, notices
from bot.notifications.paging import pages
from bot.privacy.keeper import Erasing
from bot.privacy.person import Person
from bot.topic_sync.topics import topics
from bot.transcript import word_index
from bot.transcript.channel_message_ids import channel_message_ids
from bot.transcript.reply_drafts import reply_drafts
from bot.transcript.suggestion_verdicts import suggestion_verdicts
from escalation.supervision import erased_inspections
from escalation.tickets import history
from escalation.tickets.changes import note_change
from escalation.tickets.erased_history import ERASED, erase_history
from escalation.tickets.fact_words import fact_words
from escalation.tickets.history import ticket_events
from escalation.tickets.plans import plans, reports
from escalation.tickets.ratings import ratings
from escalation.tickets.sent_steps import sent_steps
from escalation.tickets.task_store import ticket_tasks
from escalation.tickets.ticket_store import lock_ticket, notes, pauses, tickets
from knowledge_base.gaps.gap_store import gaps

# What is left of the rows of a table; those of the tables in _GONE go as a whole.
_BLANK: tuple[tuple[Table, dict[str, Any]], ...] = (
    (pauses, {"why": "", "ended_why": None}),
    (reports, {"text": ""}),
    (ratings, {"reason": None}),
    (ticket_tasks, {"text": "", "matter": "", "answer": ""}),
)
_GONE = (fact_words, reply_drafts, notes, suggestion_verdicts)
_WORDS: dict[str, Any] = {
    "subject": "",
    "suggested": None,
    "tier_reason": "",
    "rating_reason": None,
    "candidates": [],
    "rejected": [],
}
_TELL = (pauses, reports, ratings, ticket_tasks, plans, fact_words, notes, ticket_events)


def erase_ticket(db: Connection, erasing: Erasing, person: Person, number: int, now: datetime) -> None:
    """Erase the words of one ticket, which has ended; it is its pseudonym's from then on."""
    ticket = lock_ticket(db, number)
    if erasing.keeps(number):
        erasing.put_aside(db, "tickets", db.execute(select(tickets).where(tickets.c.id == number)).all())
        for table in _TELL:
            erasing.put_aside(db, table.name, db.execute(select(table).where(table.c.ticket_id == number)).all())
        for name, rows in erased_inspections.rows_of(db, number).items():
            erasing.put_aside(db, name, rows)
    _forget_notices(db, number)
    db.execute(delete(gaps).where(gaps.c.ticket_id == number))
    theirs = ticket.contact_id in (*person.ids, erasing.pseudonym)
    whose = {"contact_id": erasing.pseudonym if theirs else ticket.contact_id}
    db.execute(update(tickets).where(tickets.c.id == number).values(**whose))
    db.execute(update(sent_steps).where(sent_steps.c.ticket_id == number).values(**whose))
    if blank_ticket(db, number, erasing.by, erasing.at):
        history.log(db, number, ERASED, now, request=erasing.request.id)


def blank_ticket(db: Connection, number: int, by: str, at: datetime) -> int:
    """Take what is said of a ticket locked in this transaction, also in its history; return how many lines of that."""
    written_to = customer_topics.forget_topics(db, number)
    db.execute(delete(outbox).where(outbox.c.channel == customer_topics.CHANNEL, outbox.c.address.in_(written_to)))
    _blank_plans(db, number)
    of_notes = select(notes.c.id).where(notes.c.ticket_id == number)
    db.execute(delete(channel_message_ids).where(channel_message_ids.c.note_id.in_(of_notes)))
    for table, values in _BLANK:
        db.execute(update(table).where(table.c.ticket_id == number).values(**values))
    erased_inspections.blank(db, number)
    for table in _GONE:
        db.execute(delete(table).where(table.c.ticket_id == number))
    word_index.forget(db, number)
    db.execute(update(tickets).where(tickets.c.id == number).values(_WORDS))
    db.execute(update(topics).where(topics.c.ticket_id == number).values(title=None, shown=None))
    note_change(db, number)
    return erase_history(db, number, by, at)


def _forget_notices(db: Connection, number: int) -> None:
    told = select(notices.c.id).where(notices.c.ticket_id == number)
    db.execute(delete(notice_reads).where(notice_reads.c.notice_id.in_(told)))
    db.execute(delete(notices).where(notices.c.ticket_id == number))
    posted = list(db.scalars(select(pages.c.outbox_id).where(pages.c.ticket_id == number)))
    db.execute(delete(pages).where(pages.c.ticket_id == number))
    still = set(db.scalars(select(pages.c.outbox_id).where(pages.c.outbox_id.in_(posted))))
    db.execute(delete(outbox).where(outbox.c.id.in_([each for each in posted if each not in still])))


def _blank_plans(db: Connection, number: int) -> None:
    for row in db.execute(select(plans.c.id, plans.c.steps).where(plans.c.ticket_id == number)).all():
        left = [{**step, "what": ""} for step in row.steps]
        db.execute(update(plans).where(plans.c.id == row.id).values(steps=left))
