"""The risks of now, for who may see them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.rules import Rules
from escalation.improvement.current_figures import LATELY
from escalation.improvement.risk_facts import read_risk_facts
from escalation.improvement.risk_rules import Risk, risks_of
from escalation.improvement.steering import may_steer
from escalation.staff import Staff
from knowledge_base.gaps.gap_store import gaps


def read_risks(db: Connection, rules: Rules, now: datetime) -> list[Risk]:
    """Return every risk."""
    weeks = timedelta(days=LATELY)
    asked = (_asked(db, now - 2 * weeks, now - weeks), _asked(db, now - weeks, now))
    return risks_of(rules.policy.risks, read_risk_facts(db, rules.policy, asked, now))


def risks_for(db: Connection, rules: Rules, who: Staff, now: datetime) -> list[Risk]:
    """Return the risks of the queues that a person steers; of all, for who steers all."""
    if not who.may("supervision"):
        return []
    found = read_risks(db, rules, now)
    if may_steer(who, None):
        return found
    return [each for each in found if any(who.leads_in(queue) for queue in each.queues)]


def _asked(db: Connection, since: datetime, until: datetime) -> int:
    within = (gaps.c.at >= since, gaps.c.at < until)
    return int(db.scalar(select(func.count()).select_from(gaps).where(*within)) or 0)
