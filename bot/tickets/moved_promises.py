"""Clocks written anew under other rules; customers are told where a promise that might move has moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.rules import Rules
from bot.transcript.conversations import lock_conversation_by_id
from bot.wording.moments import by
from bot.wording.phrases import in_script
from bot.wording.provisional import TOLD, moved
from escalation.tickets import rerouting, ticket_store
from escalation.tickets.moved_deadlines import is_provisional


def recompute(db: Connection, rules: Rules, ticket_id: int, now: datetime) -> None:
    """Rewrite the clocks of a ticket, and tell its customer what of it they were told otherwise."""
    if not any(is_provisional(db, ticket_id, milestone) for milestone in TOLD):
        rerouting.recompute(db, rules.policy, ticket_id, now)
        return
    number = ticket_store.get_ticket(db, ticket_id).conversation_id
    talk = lock_conversation_by_id(db, number)  # before the ticket, as everybody does
    for milestone, due in sorted(rerouting.recompute(db, rules.policy, ticket_id, now).items(), key=lambda one: one[1]):
        sentence = moved(milestone, by(rules.policy, due, now))
        if sentence is not None:
            send_to_customer(db, talk, in_script(sentence, talk.language), now, unasked=True, about=ticket_id)
