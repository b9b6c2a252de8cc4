"""The forms of objections to a tier, parsed: one that reached staff, and the decision on one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import FormData

from bot.agents.objections import DecideObjection
from bot.web.console.access import field
from bot.web.console.form_values import NotFilledIn
from bot.web.errors import Problem
from bot.wording import objections, refusals, tiers
from bot.wording.sanitise import clean
from escalation.customers import crm_values
from escalation.customers.model import ManualTier

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
