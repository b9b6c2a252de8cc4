"""Erases what staff's chats were sent about a person: sealed texts of the outbox that name them or their tickets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from bot.delivery.outbox import STAFF_CHAT, outbox
from bot.notifications.paging import pages
from bot.notifications.staff_chat import posted_text
from bot.privacy.keeper import Erasing
from bot.privacy.person import Person
from escalation.customers.customer_rows import contacts

AT_ONCE = 200


def words_of(db: Connection, erasing: Erasing, person: Person) -> re.Pattern[str]:
    """Return what finds this person in a text: ids, name, number and address, or the number of a ticket."""
    words = set(person.ids)
    for row in db.execute(select(contacts).where(contacts.c.id.in_(person.ids))):
        for name in ("name", "phone", "email"):
            stored = getattr(row, name)
            words |= {erasing.vault.open(stored, row=row.id, field=f"contacts.{name}")} if stored else set()
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if len(word) > 1)
    numbers = "|".join(str(number) for number in person.tickets)
    found = [either] if either else []
    return re.compile("|".join([*found, rf"#(?:{numbers})(?![0-9])"] if numbers else found) or r"(?!)")


def erase_posted(db: Connection, erasing: Erasing, person: Person, after: int) -> int:
    """Delete those of the next messages to staff above an id that name the person; return the last id, 0 at the end."""
    mine = (outbox.c.channel == STAFF_CHAT, outbox.c.id > after)
    rows = db.execute(select(outbox).where(*mine).order_by(outbox.c.id).limit(AT_ONCE)).all()
    named = words_of(db, erasing, person) if rows else None
    gone = [row.id for row in rows if named is not None and named.search(posted_text(erasing.vault, row.text, row.ref))]
    _delete(db, gone)
    return int(rows[-1].id) if rows else 0


def _delete(db: Connection, ids: Sequence[int]) -> None:
    if ids:
        db.execute(delete(pages).where(pages.c.outbox_id.in_(ids)))
        db.execute(delete(outbox).where(outbox.c.id.in_(ids)))
