"""Tiers set by hand, for an organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, update

from escalation.customers.customer_rows import organisations
from escalation.customers.model import ManualTier
from escalation.policy.model import Policy


def wish_tier(
    db: Connection, policy: Policy, organisation_id: str, wished: ManualTier, by: str, now: datetime
) -> Literal["unchanged", "waiting", "in_force"]:
    """Have an organisation's tier set by hand; what came of the wish.

    `by`: who wishes it, as the journal names them ("cli NAME", "key NAME", a sign-in name). The organisation must be
    locked; its stored tier is the caller's to compute anew where this is in force.
    """
    del policy, by
    values = {"manual_tier": wished.tier, "manual_reason": wished.reason, "manual_expires": wished.expires}
    db.execute(update(organisations).where(organisations.c.id == organisation_id).values(**values, updated_at=now))
    return "in_force"
