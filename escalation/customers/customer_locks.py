"""Locks on contacts and organisations: before those on talks, which come before those on tickets."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from escalation.customers.customer_rows import contacts, organisations


def lock_contacts(db: Connection, contact_ids: Collection[str]) -> None:
    """Lock these contacts until the transaction ends, in the order of their ids: before organisations and talks.

    Rows that refer to them may be written meanwhile.
    """
    mine = contacts.c.id.in_(_ids(contact_ids))
    db.execute(select(contacts.c.id).where(mine).order_by(contacts.c.id).with_for_update(key_share=True)).all()


def lock_organisations_of(db: Connection, contact_ids: Collection[str]) -> None:
    """Lock these contacts and their organisations, each in the order of their ids."""
    lock_contacts(db, contact_ids)
    theirs = select(contacts.c.organisation_id).where(contacts.c.id.in_(_ids(contact_ids)))
    of = organisations.c.id
    db.execute(select(of).where(of.in_(theirs)).order_by(of).with_for_update()).all()


def _ids(given: Collection[str]) -> list[str]:
    return sorted({each for each in given if could_be_id(each)})


def could_be_id(text: str) -> bool:
    """Whether a text that came from outside could be an id: no database takes a NUL or half a character."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
