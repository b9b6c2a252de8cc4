"""What is held of a person's own rights: what they agreed to, which notices they were shown, what they asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, or_, select

from bot.privacy.person import Person
from bot.transcript.notices_shown import notices_shown
from escalation.customers.consents import consents
from escalation.customers.data_requests import DataRequest, requests_of

Told = list[dict[str, Any]]


def read_rights(db: Connection, person: Person) -> dict[str, Told]:
    """Return the person's consents, the notices shown to them, and their requests with what was corrected."""
    found = {each.id: each for contact_id in person.ids for each in requests_of(db, contact_id)}
    requests = [_request(found[number]) for number in sorted(found)]
    return {"consents": _consents(db, person), "notices_shown": _notices(db, person), "requests": requests}


def _consents(db: Connection, person: Person) -> Told:
    here = consents.c
    mine = or_(here.contact_id.in_(person.ids), here.conversation_id.in_(person.talks))
    query = select(here.at, here.purpose, here.given, here.version, here.channel).where(mine)
    return [{**row._mapping, "at": row.at.isoformat()} for row in db.execute(query.order_by(here.at, here.id))]


def _notices(db: Connection, person: Person) -> Told:
    here = notices_shown.c
    query = select(here.at, here.version, here.channel).where(here.conversation_id.in_(person.talks))
    return [{**row._mapping, "at": row.at.isoformat()} for row in db.execute(query.order_by(here.at, here.id))]


def _request(request: DataRequest) -> dict[str, Any]:
    told = {"request": request.id, "kind": request.kind, "asked_at": request.asked_at.isoformat()}
    told |= {"door": request.door, "state": request.state, "due_at": request.due_at.isoformat()}
    done = request.done_at.isoformat() if request.done_at is not None else None
    return told | {"done_at": done, "corrected": request.delivered.get("fields", []), "reason": request.reason}
