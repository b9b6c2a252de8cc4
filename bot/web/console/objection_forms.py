"""The forms of objections to a tier, parsed, and what is said of the wish for a tier that a decision replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.agents.objections import DecideObjection
from bot.web.console.access import field
from bot.web.console.form_values import NotFilledIn
from bot.web.console.ticket_view import HistoryLine
from bot.web.errors import Problem
from bot.wording import objections, refusals, tiers
from bot.wording.sanitise import clean
from escalation.customers import crm_values, tier_proposals
from escalation.customers.model import ManualTier
from escalation.customers.organisation_lookup import organisation_of
from escalation.staff import names_by_login

_KEY = re.compile("[0-9A-Za-z-]{8,64}")


def read_objection(given: Mapping[str, str]) -> tuple[str, str, str]:
    """Return key, channel and what the customer says; raises Problem (422) for a form without its key."""
    key = given.get("key", "")
    if not _KEY.fullmatch(key):
        raise Problem(422, refusals.FORM_EXPIRED)
    return key, given.get("channel", ""), given.get("details", "").strip()


def read_decision(form: FormData) -> DecideObjection:
    """Return the decision; raises NotFilledIn where none is chosen, or its last day is none."""
    why = clean(field(form, "why"))
    match field(form, "decision"):
        case "explained":
            return DecideObjection(why)
        case "upheld":
            try:
                last_day = crm_values.day(clean(field(form, "expires")))
            except ValueError:
                raise NotFilledIn(tiers.REFUSALS["no_day"]) from None
            return DecideObjection(why, ManualTier(clean(field(form, "tier")), why, last_day))
        case _:
            raise NotFilledIn(objections.NO_DECISION)


def wish_in_the_way(db: Connection, contact_id: str | None) -> str:
    """Return the sentence about the waiting wish that upholding an objection would replace; empty where none waits."""
    organisation_id = organisation_of(db, contact_id) if contact_id is not None else None
    waiting = tier_proposals.waiting_of(db, organisation_id) if organisation_id is not None else None
    if waiting is None:
        return ""
    who = tiers.who(waiting.proposed_by, names_by_login(db))
    return tiers.WAITS.format(wish=tiers.wish(waiting), who=who, then=tiers.REPLACED_BY_OBJECTION)


def wish_replaced(db: Connection, events: Iterable[HistoryLine]) -> str:
    """Return the sentence about the wish that the latest decision has replaced; empty where it has replaced none."""
    upheld = [event.data.get("replaced") for event in events if event.kind == "objection_upheld"]
    replaced = tier_proposals.find_proposal(db, upheld[-1]) if upheld and upheld[-1] else None
    if replaced is None:
        return ""
    who = tiers.who(replaced.proposed_by, names_by_login(db))
    return tiers.REPLACED.format(wish=tiers.wish(replaced), who=who)
