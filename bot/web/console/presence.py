"""Who else has a ticket's page open and is active in it, and who of them is typing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection, func, select

from bot.transcript.reply_drafts import reply_drafts
from escalation.staff import Staff, staff
from escalation.tickets.handling_spells import LONGEST_GAP, handling_spells

TYPING = timedelta(seconds=15)  # since they last typed


class Colleague(TypedDict):
    """A colleague who is at the ticket."""

    name: str
    types: bool


def others_at(db: Connection, who: Staff, ticket_id: int, now: datetime) -> list[Colleague]:
    """Return the others who were active in this ticket within the last LONGEST_GAP, by name."""
    spell, draft = handling_spells.c, reply_drafts.c
    here = (spell.ticket_id == ticket_id, spell.staff_id != who.id, spell.ended_at > now - LONGEST_GAP)
    active = select(staff.c.id, staff.c.name).join(handling_spells, spell.staff_id == staff.c.id).where(*here)
    names = {row.id: row.name for row in db.execute(active)}
    if not names:
        return []
    typed = select(draft.staff_id).where(draft.ticket_id == ticket_id, draft.staff_id.in_(names))
    typing = set(db.scalars(typed.group_by(draft.staff_id).having(func.max(draft.at) > now - TYPING)))
    found = [Colleague(name=name, types=number in typing) for number, name in names.items()]
    return sorted(found, key=lambda one: one["name"])
