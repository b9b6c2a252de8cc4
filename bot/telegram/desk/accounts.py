"""Link Telegram accounts to members of staff by one-time codes; leaving the group ends the link."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Connection

from bot.auth import messenger_accounts, one_time_codes
from bot.notifications import notice_inbox
from bot.notifications.notice import Audience, Notice
from bot.rules import Rules
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.parsing.staff import MemberLeft
from bot.transcript import processed_keys
from bot.wording import telegram_staff as words
from escalation.staff import Staff, get_staff
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Ticket

MOST_TOLD = 200  # tickets of somebody who left; the console lists them all
_CODE = re.compile(rf"(?<![0-9A-Za-z_-])(?:s_)?([0-9A-Za-z_-]{{{one_time_codes.LENGTH}}})(?![0-9A-Za-z_-])", re.ASCII)
LEADS = (Audience("role", "lead"),)


def redeem(db: Connection, secret: str, code: str, account: int, now: datetime) -> str:
    """Redeem a one-time code and return the reply. `account` must be the author, in a private chat."""
    subject = one_time_codes.redeem(db, secret, "staff", code, now)
    who = get_staff(db, int(subject)) if subject is not None else None
    if who is None:
        return words.BAD_CODE
    messenger_accounts.link(db, account, who.id, now)
    return words.LINKED.format(name=who.name)


def codes_in(secret: str, text: str) -> list[str]:
    """Return the one-time codes in a text: by themselves, after a command or in a link."""
    return [code for code in _CODE.findall(text) if one_time_codes.is_signed(secret, "staff", code)]


def burn(db: Connection, secret: str, text: str, now: datetime) -> None:
    """Use up the codes in a text that others have read."""
    for code in codes_in(secret, text):
        one_time_codes.redeem(db, secret, "staff", code, now)


def leave(db: Connection, rules: Rules, left: MemberLeft, now: datetime) -> None:
    """Unlink an account that left the group, and notify leads of each ticket its owner holds.

    Once for each leaving: a repeated update must not unlink somebody who is back.
    """
    if not processed_keys.remember_key(db, TELEGRAM, left.key, now):
        return
    who = messenger_accounts.unlink(db, left.account, "system", now)
    if who is not None:
        notices = [_notice(who, ticket.id) for ticket in _held(db, who)]
        notice_inbox.save_notices(db, rules.vault, notices, now)


def _held(db: Connection, who: Staff) -> list[Ticket]:
    mine = (ticket_store.tickets.c.holder_id == who.id, ticket_store.tickets.c.state == "claimed")
    return list(ticket_store.find_tickets(db, *mine, limit=MOST_TOLD))


def _notice(who: Staff, ticket_id: int) -> Notice:
    return Notice(ticket_id, "left", words.LEFT.format(name=who.name, ticket=ticket_id), LEADS)
