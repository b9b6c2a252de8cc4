"""The data of the page of people: whom of them this person sees, which were asked for, and how each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import Connection

from bot.auth import staff_sessions
from bot.auth.staff_sessions import OpenSession
from bot.wording.sanitise import clean
from bot.wording.tiers import too_many
from escalation import staff
from escalation.customers.service_check import customers_of, overburdened
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.staffing.busy import leads_person
from escalation.staffing.loads import ColleagueLoad, read_loads


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people are asked for; empty fields ask for all."""

    words: str = ""  # in the name or the sign-in name
    queue: str = ""
    role: str = ""

    def takes(self, one: Staff) -> bool:
        """Whether this person is among them."""
        words = self.words.casefold()
        named = words in one.name.casefold() or words in one.login.casefold()
        return named and self.role in ("", one.role) and (not self.queue or one.works(self.queue))


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The page's data: who is listed and how they stand, who has no password yet, who is disabled."""

    loads: list[ColleagueLoad]
    hidden: int  # whom the filter leaves out
    without_password: frozenset[int]
    disabled: list[str]
    customers: Mapping[str, int]  # how many organisations each sign-in name looks after
    burdens: Mapping[str, list[str]]  # of whom too many, in sentences, by sign-in name
    sessions: Mapping[int, list[OpenSession]]  # of each person, for administrators


def wanted_people(
    q: Annotated[str, Query(max_length=64)] = "",
    queue: Annotated[str, Query(max_length=64)] = "",
    role: Annotated[str, Query(max_length=16)] = "",
) -> PeopleFilter:
    """Return the filter that an address asks for."""
    return PeopleFilter(clean(q).strip(), queue, role)


WantedPeople = Annotated[PeopleFilter, Depends(wanted_people)]


def reads_people(who: Staff) -> bool:
    """Whether some people's accounts are theirs to see: an administrator's and a manager's all, a lead's their own."""
    return who.may("people") or who.reads_all or who.leads


def read_people_view(
    db: Connection, policy: Policy, who: Staff, wanted: PeopleFilter, token: str, now: datetime
) -> PeopleView:
    """Return the page's data for this person; `token` is the cookie of their own session."""
    keeps = who.may("people")
    theirs = [one for one in staff.all_staff(db) if keeps or leads_person(who, one)]
    listed = [one for one in theirs if wanted.takes(one)]
    burdens, names = defaultdict[str, list[str]](list), {one.login: one.name for one in theirs}
    for each in overburdened(db, policy):
        burdens[each.login].append(too_many(each, names.get(each.login, each.login)))
    loads = {each.staff.id: each for each in read_loads(db, policy, listed, (), now)}
    kept: dict[str, Any] = {"disabled": [], "sessions": {}}
    if keeps:
        ids = [one.id for one in listed]
        kept = {"disabled": staff.disabled_logins(db), "sessions": staff_sessions.open_sessions(db, ids, token, now)}
    return PeopleView(
        loads=[loads[one.id] for one in listed],
        hidden=len(theirs) - len(listed),
        without_password=staff.without_password(db),
        customers=customers_of(db),
        burdens=burdens,
        **kept,
    )
