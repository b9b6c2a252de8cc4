"""Who looks after an organisation: its named agent, and the team of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from escalation.customers.customer_rows import contacts, organisations
from escalation.tables import metadata

service_teams = Table(
    "service_teams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", ForeignKey(organisations.c.id), nullable=False),
    Column("login", String(64), nullable=False),
    Column("post", String(64), nullable=False),  # one of a tier's posts in the policy, such as 客户经理
    UniqueConstraint("organisation_id", "login"),
)


@dataclass(frozen=True, slots=True)
class OwnPeople:
    """The people of one organisation, by sign-in name: the named agent, and its team with each one's post."""

    agent: str | None = None
    team: Mapping[str, str] = field(default_factory=dict)


def own_people(db: Connection, contact_ids: Collection[str]) -> dict[str, OwnPeople]:
    """Return the people of these contacts' organisations; contacts whose organisation has none are left out."""
    if not contact_ids:
        return {}
    asked = contacts.c.id.in_(sorted(contact_ids))
    query = select(contacts.c.id, organisations.c.id.label("organisation"), organisations.c.agent)
    rows = db.execute(query.join_from(contacts, organisations).where(asked)).all()
    teams = teams_of(db, {row.organisation for row in rows})
    found = {row.id: OwnPeople(row.agent, teams.get(row.organisation, {})) for row in rows}
    return {contact: people for contact, people in found.items() if people.agent or people.team}


def people_of(db: Connection, organisation_ids: Collection[str]) -> dict[str, OwnPeople]:
    """Return the people of these organisations; organisations that have none are left out."""
    if not organisation_ids:
        return {}
    asked = organisations.c.id.in_(sorted(organisation_ids))
    rows = db.execute(select(organisations.c.id, organisations.c.agent).where(asked)).all()
    teams = teams_of(db, organisation_ids)
    return {row.id: OwnPeople(row.agent, teams.get(row.id, {})) for row in rows if row.agent or row.id in teams}


def teams_of(db: Connection, organisation_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the teams of these organisations: sign-in names with posts, in the order of their entry."""
    query = select(service_teams).where(service_teams.c.organisation_id.in_(sorted(organisation_ids)))
    found: dict[str, dict[str, str]] = {}
    for row in db.execute(query.order_by(service_teams.c.id)) if organisation_ids else ():
        found.setdefault(row.organisation_id, {})[row.login] = row.post
    return found


def set_agent(db: Connection, organisation_id: str, login: str | None) -> None:
    """Name the agent of an organisation; None: nobody any more."""
    db.execute(update(organisations).where(organisations.c.id == organisation_id).values(agent=login))


def set_post(db: Connection, organisation_id: str, login: str, post: str) -> None:
    """Put a person into an organisation's team, or give them another post there."""
    mine = (service_teams.c.organisation_id == organisation_id, service_teams.c.login == login)
    if db.execute(update(service_teams).where(*mine).values(post=post)).rowcount == 0:
        db.execute(insert(service_teams).values(organisation_id=organisation_id, login=login, post=post))


def remove_from_team(db: Connection, organisation_id: str, login: str) -> bool:
    """Take a person out of an organisation's team; False if they were not in it."""
    mine = (service_teams.c.organisation_id == organisation_id, service_teams.c.login == login)
    return db.execute(delete(service_teams).where(*mine)).rowcount > 0


def move_team(db: Connection, from_id: str, into_id: str) -> None:
    """Let an organisation's team serve another one, beside its own; whoever is in both keeps the post there."""
    there = select(service_teams.c.login).where(service_teams.c.organisation_id == into_id)
    mine = service_teams.c.organisation_id == from_id
    db.execute(delete(service_teams).where(mine, service_teams.c.login.in_(there)))
    db.execute(update(service_teams).where(mine).values(organisation_id=into_id))
