"""Conversations whose contact is open, but not their organisation: several of its contacts have the number."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Select, select, update

from bot.transcript.conversations import conversations


def houses_of(db: Connection, conversation_ids: Collection[int]) -> dict[int, str]:
    """Return the organisations of these conversations, if only those are known, by conversation."""
    asked = (conversations.c.id.in_(sorted(conversation_ids)), conversations.c.organisation_id.is_not(None))
    query = select(conversations.c.id, conversations.c.organisation_id).where(*asked)
    return {row[0]: row[1] for row in db.execute(query.where(conversations.c.contact_id.is_(None)))}


def talks_of_house(organisation_id: str) -> Select[int]:
    """Return the query for the ids of an organisation's conversations whose contact is open."""
    mine = (conversations.c.organisation_id == organisation_id, conversations.c.contact_id.is_(None))
    return select(conversations.c.id).where(*mine)


def move_house(db: Connection, from_id: str, into_id: str) -> None:
    """Let the conversations of an organisation be another's."""
    mine = conversations.c.organisation_id == from_id
    db.execute(update(conversations).where(mine).values(organisation_id=into_id))
