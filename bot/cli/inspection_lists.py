"""`jiedai inspections list|show|results|sheet`: drawn records, their scores, and what these come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.formats import Format, formatted
from bot.cli.output import Result, Table, minute
from bot.cli.session import WithoutKnowledge
from bot.service import Service
from escalation.customers.starring import starred
from escalation.supervision.adherence import (
    GROUPS,
    Adherence,
    Group,
    InspectedRow,
    adherence,
    adherence_by,
    adherence_by_item,
)
from escalation.supervision.appraisal import appraisal_sheet
from escalation.supervision.inspection_results import (
    InspectedPerson,
    counted,
    drawn_between,
    inspected_people,
    rows_of,
)
from escalation.supervision.inspection_store import InspectedRecord, find_records
from escalation.supervision.inspection_tables import inspections
from escalation.supervision.periods import parse_period

_FIGURES = ("drawn", "scored", "mean", "adherence", "objected", "upheld")
_RECORDS = ("ticket", "draw", "agent", "inspector", "tier", "queue", "state", "score", "scored")
_INFORMS = "These figures inform the appraisal; nothing is deducted automatically."
Period = Annotated[str | None, argument("--period", metavar="P", help="in which they were drawn: 2026-11 or 2026-Q4")]
Agent = Annotated[str | None, argument("--agent", metavar="LOGIN", help="only this person's")]


def show_list(service: WithoutKnowledge, agent: Agent = None, period: Period = None, form: Format = "text") -> Result:
    """Return the drawn records, the newest first."""
    found, people = service.database.read_now(_find, service, agent, period)
    zone = service.rules.policy.zone
    rows = [
        (
            str(each.inspection.ticket_id),
            str(each.draw.id),
            people[each.inspection.agent_id].login,
            people[each.inspection.inspector_id].login,
            each.inspection.tier,
            each.inspection.queue,
            each.inspection.state,
            str(each.score) if each.score is not None else "–",
            minute(each.inspection.scored_at, zone) if each.inspection.scored_at is not None else "–",
        )
        for each in found
    ]
    return formatted([as_json(each, people) for each in found], Table("Drawn records", _RECORDS, rows), (), form)


def show(
    service: WithoutKnowledge, ticket: Annotated[int, argument(metavar="TICKET")], form: Format = "text"
) -> Result:
    """Return the scored record of a ticket, else the one drawn last; raises NotReady for one never drawn."""
    found = service.database.read_now(find_records, inspections.c.ticket_id == ticket)
    if not found:
        raise NotReady(f"Ticket {ticket} was not drawn; `jiedai inspections list` shows those that were.")
    one = next((each for each in found if each.inspection.state == "scored"), found[0])
    people = service.database.read_now(inspected_people)
    rows = [
        (
            item.id,
            item.label,
            str(item.weight),
            one.inspection.answers.get(item.id, "–"),
            one.answers.get(item.id, "–"),
            starred(one.inspection.remarks.get(item.id, "")),
        )
        for item in one.draw.checklist.items
    ]
    table = Table(f"Ticket {ticket}", ("item", "label", "weight", "answer", "counts", "remark"), rows)
    return formatted(as_json(one, people), table, _told(one, people), form)


def results(
    service: WithoutKnowledge,
    by: Annotated[str, argument("--by", metavar="G", help="period, tier, agent (default) or queue")] = "agent",
    agent: Agent = None,
    period: Period = None,
    form: Format = "text",
) -> Result:
    """Return adherence, mean scores and counts of the drawn records; raises NotReady for an unknown grouping."""
    group: Group | None = next((each for each in GROUPS if each == by), None)
    if group is None:
        raise NotReady(f'--by must be one of {", ".join(GROUPS)}; found "{by}".')
    found, people = service.database.read_now(_find, service, agent, period)
    inspected = rows_of(found, people, service.rules.policy.zone)
    groups = {**adherence_by(inspected, group), "all": adherence(inspected)}
    table = Table("Inspections", (by, *_FIGURES), [(name, *_figures(each)) for name, each in groups.items()])
    told = {name: figures_as_json(each) for name, each in groups.items()}
    return formatted(told, table, [_items(inspected)], form)


def sheet(
    service: WithoutKnowledge,
    login: Annotated[str, argument(metavar="LOGIN")],
    period: Annotated[str, argument("--period", metavar="P", help="2026-11 or 2026-Q4")],
) -> Result:
    """Return what an appraisal of an agent may look at."""
    who = service.database.read_now(_person, login)
    _demand_period(service, period)
    found = service.database.read_now(appraisal_sheet, who, period, service.rules.policy.zone)
    praised = [f"#{each.ticket_id}: {starred(each.words)}" for each in found.praise]
    put_right = [
        (str(each.due_on), starred(each.measure), starred(each.done) or "open") for each in found.rectifications
    ]
    text: list[str | Table] = [f"{who.login} can no longer sign in; the scores stay."] if who.has_left else []
    text += [
        Table(f"{login}, {period}", _FIGURES, [_figures(found.inspected)]),
        f"Praise: {'; '.join(praised) or 'none'}.",
        Table("Rectifications", ("by", "what", "done"), put_right),
        _INFORMS,
    ]
    told = {"agent": login, "period": period, "has_left": who.has_left, **figures_as_json(found.inspected)}
    told |= {"praise": praised, "rectifications": put_right, "note": _INFORMS}
    return Result(told, text)


def figures_as_json(figures: Adherence) -> dict[str, Any]:
    """Return figures as JSON holds them; rates from 0 to 1."""
    return {
        "drawn": figures.drawn,
        "scored": figures.scored,
        "objected": figures.objected,
        "upheld": figures.upheld,
        "mean": round(figures.mean, 2) if figures.mean is not None else None,
        "adherence": round(figures.rate, 4) if figures.rate is not None else None,
        "items_applicable": figures.applicable,
        "items_met": figures.met,
    }


def as_json(one: InspectedRecord, people: Mapping[int, InspectedPerson]) -> dict[str, Any]:
    """Return a drawn record as JSON holds it, texts starred."""
    found, objection = one.inspection, one.objection
    told: dict[str, Any] = {"ticket": found.ticket_id, "draw": found.draw_id, "seed": one.draw.seed}
    told |= {"agent": people[found.agent_id].login, "inspector": people[found.inspector_id].login}
    told |= {"tier": found.tier, "queue": found.queue, "state": found.state, "checklist": one.draw.edition}
    told |= {"answers": found.answers, "score": found.score, "counts": one.score}
    told |= {"remarks": {name: starred(text) for name, text in found.remarks.items()}}
    told |= {"overall": starred(found.overall), "scored_at": found.scored_at.isoformat() if found.scored_at else None}
    told["objection"] = None
    if objection is not None:
        told["objection"] = {"words": starred(objection.words), "outcome": objection.outcome}
        told["objection"] |= {"answer": starred(objection.answer), "answers": objection.answers_after}
    return told


def _find(
    db: Connection, service: Service, login: str | None, period: str | None
) -> tuple[list[InspectedRecord], dict[int, InspectedPerson]]:
    where = [counted()]
    if login is not None:
        where.append(inspections.c.agent_id == _person(db, login).id)
    if period is not None:
        where.append(drawn_between(*_demand_period(service, period)))
    return find_records(db, *where), inspected_people(db)


def _person(db: Connection, login: str) -> InspectedPerson:
    found = next((each for each in inspected_people(db).values() if each.login == login), None)
    if found is None:
        raise NotReady(f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    return found


def _demand_period(service: Service, period: str) -> Any:
    try:
        return parse_period(period, service.rules.policy.zone)
    except ValueError:
        raise NotReady(f'Write the period as 2026-11 or 2026-Q4; found "{period}".') from None


def _told(one: InspectedRecord, people: Mapping[int, InspectedPerson]) -> list[str]:
    found, objection = one.inspection, one.objection
    scored = f"{one.score} of 100" if one.score is not None else found.state
    lines = [f"{people[found.agent_id].login}, inspected by {people[found.inspector_id].login}: {scored}."]
    if found.overall:
        lines.append(f"On the whole: {starred(found.overall)}")
    if objection is not None:
        lines.append(f"Objection: {starred(objection.words)}")
        lines.append(f"It was {objection.outcome}: {starred(objection.answer)}" if objection.outcome else "It waits.")
    return lines


def _figures(figures: Adherence) -> tuple[str, ...]:
    mean = f"{figures.mean:.1f}" if figures.mean is not None else "–"
    rate = f"{figures.rate:.0%}" if figures.rate is not None else "–"
    return (str(figures.drawn), str(figures.scored), mean, rate, str(figures.objected), str(figures.upheld))


def _items(inspected: list[InspectedRow]) -> Table:
    rows = [
        (label, str(met), str(of), f"{met / of:.0%}") for label, (met, of) in adherence_by_item(inspected).items() if of
    ]
    return Table("Items", ("item", "met", "applicable", "rate"), rows)
