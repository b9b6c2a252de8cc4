"""What the pages of supervision show, read for one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.web.console.ticket_view import TicketView, read_ticket_view
from bot.wording import inspections as words
from escalation.staff import Staff, all_staff
from escalation.supervision.erased_inspections import is_erased
from escalation.supervision.inspection_results import (
    InspectedPerson,
    inspected_people,
    latest_draws,
)
from escalation.supervision.inspection_store import (
    Draw,
    InspectedRecord,
    Rectification,
    find_records,
    find_rectifications,
    get_record,
)
from escalation.supervision.inspection_tables import inspection_draws, inspections, rectifications
from escalation.supervision.objecting import supervises, waiting_for
from escalation.supervision.refusals import SupervisionRefused
from escalation.tickets.access import sees
from escalation.tickets.lifecycle import Refused
from escalation.tickets.ticket_store import get_ticket

SHOWN = 100  # scored records on one page
DRAWS = 20


@dataclass(frozen=True, slots=True)
class InspectionBoard:
    """What waits for a person who inspects or supervises, and what was drawn lately."""

    to_score: Sequence[InspectedRecord]
    taken: Mapping[int, str]  # by record: who scored its ticket instead
    scored: Sequence[InspectedRecord]
    objections: Sequence[InspectedRecord]
    draws: Sequence[tuple[Draw, int, int]]
    people: Mapping[int, InspectedPerson]
    inspectors: Sequence[Staff]


@dataclass(frozen=True, slots=True)
class OwnScores:
    """The scores of a person's own work, and what they are to put right."""

    records: Sequence[InspectedRecord]
    asked: Sequence[tuple[Rectification, InspectedRecord]]
    people: Mapping[int, InspectedPerson]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One drawn record as a person sees it, and what they may do with it."""

    record: InspectedRecord
    people: Mapping[int, InspectedPerson]
    sheet: TicketView | None  # None: out of their sight
    is_erased: bool
    may_score: bool
    may_object: bool
    may_answer: bool
    may_rectify: bool
    other_edition: str  # the sentence that the checklist was changed since the draw; empty: it was not
    fit: Sequence[Staff]  # who may put something right
    today: date

    def name(self, staff_id: int | None) -> str:
        """Return a person's name."""
        found = self.people.get(staff_id or 0)
        return found.name if found is not None else ""


def read_board(db: Connection, who: Staff) -> InspectionBoard:
    """Return what waits for a person: an inspector's own records, the objections they may answer."""
    mine, people = inspections.c.inspector_id == who.id, inspected_people(db)
    inspects = who.role == "inspector"
    to_score = find_records(db, mine, inspections.c.state != "scored") if inspects else []
    scored = find_records(db, mine, inspections.c.state == "scored", limit=SHOWN) if inspects else []
    waiting = find_records(db, *waiting_for(who)) if who.may("supervision") else []
    draws = latest_draws(db, DRAWS, *([inspection_draws.c.inspector_id == who.id] if inspects else []))
    return InspectionBoard(
        to_score=to_score,
        taken=_taken(db, to_score, people),
        scored=scored,
        objections=[each for each in waiting if supervises(db, who, each.inspection)],
        draws=draws if inspects or who.role == "manager" else (),
        people=people,
        inspectors=[each for each in all_staff(db) if each.role == "inspector"] if who.role == "manager" else (),
    )


def _taken(
    db: Connection, to_score: Sequence[InspectedRecord], people: Mapping[int, InspectedPerson]
) -> dict[int, str]:
    """Which records somebody else has scored, by whom."""
    tickets = [each.inspection.ticket_id for each in to_score]
    others = find_records(db, inspections.c.ticket_id.in_(tickets), inspections.c.state == "scored") if tickets else []
    by = {each.inspection.ticket_id: people[each.inspection.inspector_id].name for each in others}
    open_ones = [each.inspection for each in to_score]
    return {each.id: by[each.ticket_id] for each in open_ones if each.ticket_id in by}


def read_own(db: Connection, who: Staff) -> OwnScores:
    """Return every score of a person's own work, and what they are asked to put right."""
    records = find_records(db, inspections.c.agent_id == who.id, inspections.c.state == "scored")
    asked = find_rectifications(db, rectifications.c.person_id == who.id)
    about = [(each, get_record(db, each.inspection_id)) for each in asked]
    return OwnScores(records, about, inspected_people(db))


def read_record(
    db: Connection, rules: Rules, who: Staff, queues: Sequence[str], number: int, now: datetime
) -> RecordPage:
    """Return a drawn record; raises SupervisionRefused for one that is none or not open to this person."""
    record = get_record(db, number)
    found, objection = record.inspection, record.objection
    inspects, is_scored = found.inspector_id == who.id, found.state == "scored"
    leads = supervises(db, who, found)
    own = found.agent_id == who.id or any(each.person_id == who.id for each in record.rectifications)
    if not (inspects or (is_scored and (leads or own))):
        raise SupervisionRefused("not_drawn", ticket=found.ticket_id)
    sheet = _sheet(db, rules, who, queues, found.ticket_id, now)
    waits = objection is not None and objection.outcome is None
    impartial = who.id not in (found.inspector_id, found.agent_id)
    people, may_rectify = inspected_people(db), is_scored and (inspects or leads)
    return RecordPage(
        record=record,
        people=people,
        sheet=sheet,
        is_erased=is_erased(db, found.ticket_id),
        may_score=inspects and not is_scored and not _taken(db, [record], people),
        may_object=_may_object(who, record, now),
        may_answer=waits and leads and impartial,
        may_rectify=may_rectify,
        other_edition=_other_edition(rules, record.draw),
        fit=_fit(db, record) if may_rectify else (),
        today=now.astimezone(rules.policy.zone).date(),
    )


def may_see_figures(who: Staff, people: Mapping[int, InspectedPerson], staff: Sequence[Staff], login: str) -> bool:
    """Whether a person may see somebody's sheet: a lead of those who work one of their queues."""
    known = next((each for each in people.values() if each.login == login), None)
    if known is None or who.role in ("manager", "admin"):
        return known is not None
    theirs = next((each for each in staff if each.id == known.id), None)
    return theirs is not None and any(who.leads_in(queue) for queue in theirs.queues)


def _sheet(
    db: Connection, rules: Rules, who: Staff, queues: Sequence[str], ticket_id: int, now: datetime
) -> TicketView | None:
    try:
        return read_ticket_view(db, rules, who, queues, ticket_id, now)
    except Refused:
        return None


def _may_object(who: Staff, record: InspectedRecord, now: datetime) -> bool:
    found = record.inspection
    in_time = found.object_until is not None and now <= found.object_until
    return found.agent_id == who.id and record.objection is None and in_time


def _other_edition(rules: Rules, draw: Draw) -> str:
    supervision = rules.policy.supervision
    current = supervision.checklist.edition if supervision is not None else "–"
    return "" if current == draw.edition else words.OTHER_EDITION.format(drawn=draw.edition, current=current)


def _fit(db: Connection, record: InspectedRecord) -> list[Staff]:
    """Who works and may see the ticket, the agent first."""
    ticket = get_ticket(db, record.inspection.ticket_id)
    able = [each for each in all_staff(db) if each.role != "inspector" and sees(each, ticket)]
    return sorted(able, key=lambda each: each.id != record.inspection.agent_id)
