"""Locks on several conversations at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.transcript.conversations import CONVERSATION, Conversation, conversations

_ORDERED = select(*CONVERSATION).where(conversations.c.joined_into.is_(None)).order_by(conversations.c.id)


def lock_free(db: Connection, conversation_ids: Collection[int]) -> list[Conversation]:
    """Lock those of these conversations that no other transaction has locked, until the transaction ends."""
    query = _ORDERED.where(conversations.c.id.in_(conversation_ids))
    return [Conversation(*row) for row in db.execute(query.with_for_update(key_share=True, skip_locked=True))]


def lock_in_order(db: Connection, conversation_ids: Collection[int]) -> list[Conversation]:
    """Lock these conversations in the order of their ids, so that two who need the same never wait for each other.

    Those that have become part of others are left out.
    """
    query = _ORDERED.where(conversations.c.id.in_(conversation_ids))
    return [Conversation(*row) for row in db.execute(query.with_for_update(key_share=True))]
