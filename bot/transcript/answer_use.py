"""What became of the bot's answers, with whose they were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.transcript.askers import asker_of
from bot.transcript.conversations import conversations
from escalation.customers.customer_rows import contacts
from knowledge_base.adjusting.adjustment_store import last_moved
from knowledge_base.adjusting.decision import LOOKED_BACK, JudgedAnswer
from knowledge_base.adjusting.judged_store import judged_answers

MOST = 20_000  # the newest: enough to be certain, few enough to be read while messages come in


def fresh_use(db: Connection, now: datetime) -> tuple[JudgedAnswer, ...]:
    """Return the answers judged within `LOOKED_BACK` and since the threshold moved last."""
    said, row = conversations.alias("said"), judged_answers.c
    query = (
        select(row.at, asker_of(said), row.confidence, row.is_right)
        .join_from(judged_answers, said, said.c.id == row.conversation_id)
        .join(contacts, contacts.c.id == said.c.contact_id, isouter=True)
        .where(row.at > max(now - LOOKED_BACK, last_moved(db) or now - LOOKED_BACK))
        .order_by(row.at.desc())
        .limit(MOST)
    )
    return tuple(JudgedAnswer(*each) for each in db.execute(query))
