"""Orders about the threshold for answering: let the nightly job move it, keep it, or go back to what was learned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.storage.database import Database, be_alone
from escalation.journal.journal_store import record
from knowledge_base.adjusting import adjustment_store
from knowledge_base.adjusting.adjustment_store import Order, ThresholdChange
from knowledge_base.adjusting.decision import shifted


def give_order(database: Database, rules: Rules, order: Order, by: str, now: datetime) -> ThresholdChange | None:
    """Write the order down, in the journal too; None where it changes nothing."""

    def write(db: Connection) -> ThresholdChange | None:
        be_alone(db)
        shift = adjustment_store.shift_in_force(db)
        if not _changes(db, order, shift):
            return None
        learned = rules.learned
        before, kept = shifted(learned, shift).answer_at, 0.0 if order == "reset" else shift
        at = (before, shifted(learned, kept).answer_at)
        done = adjustment_store.add_order(db, order, at=at, shift=kept, revision=rules.index.revision, by=by, now=now)
        after = {"threshold": done.moved_to}
        record(db, "knowledge", f"threshold {order}", by, now, before={"threshold": done.threshold}, after=after)
        return done

    return database.write_now(write)


def _changes(db: Connection, order: Order, shift: float) -> bool:
    if order == "reset":
        return shift != 0.0
    return adjustment_store.is_on(db) != (order == "on")
