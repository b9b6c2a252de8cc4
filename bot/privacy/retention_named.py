"""Lets go what has been kept for its period and has a name instead of a number: looked at by its day, each day anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, String, Table, cast, delete, null, select, tuple_

from bot.privacy.retention_grounds import lock_surroundings, read_surroundings
from bot.privacy.retention_rules import Left, OldRow
from bot.privacy.retention_store import RetentionPass, save_pass
from bot.rules import Rules
from bot.transcript.addresses import conversation_addresses
from bot.transcript.dead_letters import set_aside
from escalation.customers.customer_notes import customer_notes
from escalation.customers.holds import RetentionHold
from knowledge_base.adjusting.judged_store import judged_answers

AT_ONCE = 200
_SEPARATOR = " "


@dataclass(frozen=True, slots=True)
class NamedKind:
    """Rows of one table and the policy's class of theirs; `rows` selects name, at, contact and talk."""

    name: str
    of_class: str
    key: Column[Any]
    rows: Select[Any]

    @property
    def table(self) -> Table:
        """The table of the rows."""
        return self.key.table


def _old(key: Any, at: Any, contact: Any = None, talk: Any = None) -> Select[Any]:
    belongs = [(null() if each is None else each).label(name) for name, each in (("contact", contact), ("talk", talk))]
    return select(key.label("name"), at.label("at"), *belongs)


_TALK_OF_CHAT = (
    select(conversation_addresses.c.conversation_id)
    .where(conversation_addresses.c.address == cast(set_aside.c.chat, String))
    .limit(1)
    .scalar_subquery()
)
NAMED = (
    NamedKind(
        "customer_notes",
        "transcript",
        customer_notes.c.id,
        _old(customer_notes.c.id, customer_notes.c.at, customer_notes.c.contact_id),
    ),
    NamedKind("set_aside", "transcript", set_aside.c.key, _old(set_aside.c.key, set_aside.c.at, talk=_TALK_OF_CHAT)),
    NamedKind(
        "judged",
        "gaps",
        judged_answers.c.answer,
        _old(judged_answers.c.answer, judged_answers.c.at, talk=judged_answers.c.conversation_id),
    ),
)
Judged = Sequence[tuple[Row[Any], Left | RetentionHold | None]]


def take(db: Connection, rules: Rules, kind: NamedKind, found: RetentionPass, now: datetime) -> int:
    """Look at the next rows of a kind, and delete those that go; return how many were looked at."""
    rows = judged_after(db, rules, kind, found.after_contact or "", now, lock=True)
    going = [row.name for row, why in rows if why is None]
    if going:
        db.execute(delete(kind.table).where(kind.key.in_(going)))
    last = place_of(rows[-1][0]) if rows else found.after_contact
    save_pass(db, replace(found, after_contact=last, done=not rows, gone=found.gone + len(going)))
    return len(rows)


def judged_after(
    db: Connection, rules: Rules, kind: NamedKind, after: str, now: datetime, *, lock: bool = False
) -> Judged:
    """Return the next old rows behind a place, each with why it is left; None: it goes."""
    before = rules.policy.privacy.retention.before(kind.of_class, now, rules.policy.zone)
    here = kind.rows.selected_columns
    query = kind.rows.where(here.at < before)
    if after:
        at, _, name = after.partition(_SEPARATOR)
        query = query.where(tuple_(here.at, here.name) > tuple_(datetime.fromisoformat(at), name))
    rows = db.execute(query.order_by(here.at, here.name).limit(AT_ONCE)).all()
    return list(_judged(db, rows, rules, before, now, lock=lock))


def place_of(row: Row[Any]) -> str:
    """Return the place of a row among those of its kind, which `judged_after` goes on behind."""
    return f"{row.at.isoformat()}{_SEPARATOR}{row.name}"


def _judged(
    db: Connection, rows: Sequence[Row[Any]], rules: Rules, before: datetime, now: datetime, *, lock: bool
) -> Iterator[tuple[Row[Any], Left | RetentionHold | None]]:
    belong = [OldRow(0, talk=row.talk, contact=row.contact) for row in rows]
    if lock:
        lock_surroundings(db, belong)
    around = read_surroundings(db, belong, now.astimezone(rules.policy.zone).date())
    for row, what in zip(rows, belong, strict=True):
        yield row, around.left(what, before)
