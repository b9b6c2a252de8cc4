"""Whom a message counts for: many messages of one customer are one voice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, cast, func

from escalation.customers.customer_rows import contacts


def asker_of(said: Any) -> ColumnElement[str]:
    """Return the organisation where it is known, else the conversation it is part of.

    `said`: the conversations, with their contacts joined where they have one.
    """
    stranger = "conversation " + cast(func.coalesce(said.c.joined_into, said.c.id), String)
    return func.coalesce(contacts.c.organisation_id, said.c.organisation_id, stranger)
