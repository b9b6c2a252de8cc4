"""Lists that staff ask for by a command: their own open tickets, what is late among those they see, what they seek."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.auth import messenger_accounts
from bot.rules import Rules
from bot.telegram.desk.found_tickets import found_tickets
from bot.telegram.desk.overview import board, read_lines
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.parsing.staff import StaffMessage
from bot.telegram.sending.rich_text import RichText
from bot.transcript import processed_keys
from bot.wording import telegram_staff as words
from escalation.staff import Staff
from escalation.tickets.access import visible_to
from escalation.tickets.queries import late_promises
from escalation.tickets.ticket_store import tickets

LISTS = {"/mine": words.NONE_OF_YOURS, "/late": words.NONE_LATE}  # and what is said when there are none
ASKS = (*LISTS, "/find")


def asker(db: Connection, said: StaffMessage, now: datetime) -> Staff | None:
    """Return, once, who asks for a list by a command; None for any other message, and for whoever is not staff."""
    if said.command not in ASKS or said.edited or said.account is None:
        return None
    who = messenger_accounts.staff_of(db, said.account)
    if who is None or not processed_keys.remember_key(db, TELEGRAM, said.key, now):
        return None
    return who


def list_of(db: Connection, rules: Rules, console: str, who: Staff, said: StaffMessage, now: datetime) -> RichText:
    """Return the open tickets that this person holds (/mine), the late ones that they see (/late), or what they seek.

    `console`: its address, for tickets without a topic; empty if there is none.
    """
    if said.command == "/find":
        return found_tickets(db, rules, console, who, said.text, now)
    which = tickets.c.holder_id == who.id if said.command == "/mine" else late_promises(now)
    lines = read_lines(db, rules, now, which, visible_to(who))
    return board(rules.policy, lines) if lines else RichText(LISTS[said.command])
