"""A connection to an owner's account begins, changes or ends: stored, and told to whoever it concerns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.undeliverable import mark_connected, mark_disconnected
from bot.notifications import notice_inbox
from bot.notifications.notice import Audience, Notice
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.telegram.parsing.customers import TELEGRAM
from bot.transcript import business_connections, processed_keys
from bot.transcript.business_connections import REPLY, BusinessAccount
from bot.wording import business as words
from escalation.tickets.lifecycle import Ticket


def called(account: BusinessAccount | None) -> str:
    """Return what staff call the owner of an account."""
    return words.owner_called(account.owner_name if account is not None else "")


def save_connection(db: Connection, rules: Rules, account: BusinessAccount, key: str | None, now: datetime) -> None:
    """Store a connection as Telegram tells it, once per key; its customers can be written to, or not any more."""
    if key is not None and not processed_keys.remember_key(db, TELEGRAM, key, now):
        return
    before = business_connections.save_account(db, account, now)
    was_enabled = before is None or before.enabled
    if was_enabled and not account.enabled:
        _end(db, rules, account, now)
    elif account.enabled and not was_enabled:
        for address in business_connections.chats_of(db, account.id):
            mark_connected(db, TELEGRAM, address, now)
    if account.enabled and not account.may(REPLY) and (before is None or before.may(REPLY)):
        post_to_staff_chat(db, rules, words.NO_RIGHT.format(owner=called(account)), now)


def _end(db: Connection, rules: Rules, account: BusinessAccount, now: datetime) -> None:
    notices = []
    for address in business_connections.chats_of(db, account.id):
        ticket = mark_disconnected(db, TELEGRAM, address, now)
        if ticket is not None:
            notices.append(_notice(account, ticket))
    notice_inbox.save_notices(db, rules.vault, notices, now)
    post_to_staff_chat(db, rules, words.DISCONNECTED.format(owner=called(account), count=len(notices)), now)


def _notice(account: BusinessAccount, ticket: Ticket) -> Notice:
    holder = ticket.holder_id
    to = Audience("staff", str(holder)) if holder is not None else Audience("queue", ticket.queue)
    text = words.TICKET_DISCONNECTED.format(owner=called(account), ticket=ticket.id)
    return Notice(ticket.id, "disconnected", text, (to,))
