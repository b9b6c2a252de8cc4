"""The recording of a house, read from its tables one by one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from benchmarks.measures.recording import Clock, Line, Record, Recording, Said, Spell
from benchmarks.measures.world import Known, World
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.handling_spells import handling_spells
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import ARTICLES


def recording_of(world: World) -> Recording:
    """Everything that the tables of a house hold."""
    found: Recording = world.read(_read, world)
    return found


def _read(db: Connection, world: World) -> Recording:
    lines, clocks, spells = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in db.execute(select(ticket_events).order_by(ticket_events.c.ticket_id, ticket_events.c.seq)):
        data = world.before_erasure.get(row.ticket_id, {}).get(row.seq, row.data)
        lines[row.ticket_id].append(Line(row.seq, row.at, row.kind, row.staff_id, data))
    for row in db.execute(select(deadlines).order_by(deadlines.c.id)):
        is_promise = row.kind == "promise"
        clock = Clock(row.milestone, row.started_at, row.due_at, row.state, row.settled_at, is_promise)
        clocks[row.ticket_id].append(clock)
    for row in db.execute(select(handling_spells).order_by(handling_spells.c.id)):
        spells[row.ticket_id].append(Spell(row.ended_at, (row.ended_at - row.began_at).total_seconds()))
    records = tuple(
        Record(
            id=row.id,
            talk=row.conversation_id,
            lines=tuple(lines[row.id]),
            clocks=tuple(clocks[row.id]),
            spells=tuple(spells[row.id]),
            channel=row.channel,
            by_hand=bool(row.channel),
            opened_by=row.opened_by,
            contact=world.erased_contacts.get(row.id, row.contact_id),
            complaint=row.complaint,
        )
        for row in db.execute(select(tickets).order_by(tickets.c.id))
    )
    said = tuple(_said(world, row) for row in db.execute(select(messages).order_by(messages.c.id)))
    talks = {row.id: row.channel for row in db.execute(select(conversations))}
    topics = {each.id: each.category for each in ARTICLES}
    return Recording(tuple(world.editions), records, said, talks, topics, world.organisations, world.held)


def _said(world: World, row: Any) -> Said:
    counted, later = world.counted.get(row.id, Known()), world.judged.get(row.id, Known())
    article = row.meta.get("article", "") if row.author == "bot" else ""
    verb, _, judged = row.meta.get("choice", "").partition(":")
    return Said(
        id=row.id,
        talk=row.conversation_id,
        author=row.author,
        at=row.at,
        words=row.meta.get("now") or row.text,
        ticket=counted.ticket,
        queue=counted.queue,
        tier=counted.tier,
        known=counted.is_customer,
        beside=counted.beside,
        later=(later.ticket or 0, later.queue, later.tier),
        article=article,
        helped=judged if verb == "helpful" else "",
        rejected=judged if verb == "unhelpful" else "",
    )
