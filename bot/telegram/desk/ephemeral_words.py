"""What staff write to the bot alone: never a note, never sent to a customer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.agents.sent_steps import draft_of
from bot.auth import messenger_accounts
from bot.dialogue.staff_words import danger_in
from bot.rules import Rules
from bot.telegram.desk.accounts import burn, codes_in
from bot.telegram.desk.staff_messages import SENDS, tell_of_danger
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.parsing.staff import StaffMessage
from bot.topic_sync import topics
from bot.transcript import processed_keys
from bot.wording import telegram_staff as words
from escalation.tickets.ticket_store import get_ticket


def handle_ephemeral(db: Connection, rules: Rules, secret: str, said: StaffMessage, now: datetime) -> str | None:
    """Return, once, what the author is answered: a draft, else that nothing was kept; raises Refused."""
    if said.edited or not processed_keys.remember_key(db, TELEGRAM, said.key, now):
        return None
    if said.command == "/link" or codes_in(secret, said.text):
        burn(db, secret, said.text, now)
        return words.CODE_IN_GROUP
    if said.account is None or messenger_accounts.staff_of(db, said.account) is None:
        return words.NOT_LINKED
    ticket_id = topics.ticket_at(db, said.chat, said.thread) if said.thread is not None else None
    if ticket_id is not None and said.command in SENDS and not said.text:
        return draft_of(db, rules, ticket_id, SENDS[said.command], now)
    if ticket_id is not None and danger_in(rules, [said.text], goes_on=True):
        # Nothing is kept of it, and so nothing alarms by itself; but a danger is not left to what may not arrive.
        ticket = get_ticket(db, ticket_id)
        if not (ticket.is_open and rules.policy.urgency_of(ticket.urgency).critical):
            tell_of_danger(db, rules, said, ticket_id, "asked" if ticket.is_open else "asked_finished", now)
    return words.TO_THE_BOT_ALONE
