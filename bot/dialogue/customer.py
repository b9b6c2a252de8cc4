"""The verified customer of a conversation, if any, and their tier."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.transcript.conversations import Conversation
from escalation.customers import customer_store
from escalation.customers.model import Customer, TierDecision, tier_of


def customer_of(
    db: Connection, rules: Rules, conversation: Conversation, now: datetime
) -> tuple[Customer | None, TierDecision]:
    """Return the verified customer, if any, and the tier in force at `now`. Reads only."""
    if conversation.contact_id is not None:
        found = customer_store.find_customer(db, rules.vault, rules.policy, conversation.contact_id, now)
        if found is not None:
            return found, TierDecision(found.tier, found.tier_reason)
    return None, tier_of(rules.policy, None, now)
