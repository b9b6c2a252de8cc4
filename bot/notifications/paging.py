"""Pages waiting for the staff chat: posted one by one, or as a digest when there are many."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.delivery.outbox import outbox
from bot.notifications.chat_rate import room_in
from bot.notifications.pages import Page, digests
from bot.notifications.staff_chat import post_to
from bot.rules import Rules
from bot.storage.tables import metadata
from bot.wording.labels import CONFIDENTIAL, NOTICES
from bot.wording.phrases import UNREADABLE
from escalation.tickets import sweep
from escalation.tickets.ticket_store import tickets
from escalation.vault import Vault, VaultError

log = logging.getLogger(__name__)

GATHERING = timedelta(seconds=2)
LINES = 200  # of one digest; more never fit

pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(64), nullable=False),  # the chat
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), nullable=False),
    Column("deadline_id", Integer),  # of a deadline that was reached
    Column("kind", String(16), nullable=False),
    Column("rank", Integer, nullable=False),  # of the tier: 1 is told first; 0 is danger
    Column("due_at", DateTime(timezone=True)),
    Column("ref", String(32), nullable=False),  # what the sealed texts are bound to
    Column("text", Text, nullable=False),  # sealed: the page by itself
    Column("line", Text, nullable=False),  # sealed: the same as a line of a digest
    Column("at", DateTime(timezone=True), nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),  # quiet hours end
    Column("outbox_id", Integer, ForeignKey(outbox.c.id)),  # the message that carries it; null: waits
)
Index(
    "ix_pages_waiting",
    pages.c.address,
    pages.c.not_before,
    sqlite_where=pages.c.outbox_id.is_(None),
    postgresql_where=pages.c.outbox_id.is_(None),
)


def post(db: Connection, rules: Rules, new_pages: Sequence[Page], now: datetime) -> None:
    """Store pages in the transaction of their cause; `flush` posts them to the outbox."""
    if rules.staff_chat and new_pages:
        db.execute(insert(pages), [_row(rules, page, now) for page in new_pages])


def drop_needless(db: Connection, ticket_id: int) -> bool:
    """Delete the pages of a ticket that still wait, for it is over; True if the chat has read nothing of it so far."""
    waiting = (pages.c.ticket_id == ticket_id, pages.c.outbox_id.is_(None))
    dropped = db.execute(delete(pages).where(*waiting)).rowcount
    return dropped > 0 and db.scalar(select(pages.c.id).where(pages.c.ticket_id == ticket_id).limit(1)) is None


def flush(db: Connection, rules: Rules, now: datetime) -> int:
    """Post waiting pages to the outbox, each in exactly one message; returns the number of messages.

    Few pages are posted one by one; many, or those held back over quiet hours, as digests with the highest tier first.
    Pages beyond the policy's messages a minute wait for the next call.
    """
    chats = [address for address in _chats_waiting(db, now) if _is_ours(db, address)]
    return sum(_flush_chat(db, rules, address, now) for address in chats)


def flush_few(db: Connection, rules: Rules, now: datetime) -> int:
    """As `flush`, but leaves digests to the next tick, since a customer waits for this transaction."""
    few = rules.policy.paging.digest_from
    chats = [address for address in _chats_waiting(db, now) if len(_waiting(db, address, now, few)) < few]
    return sum(_flush_chat(db, rules, address, now) for address in chats if _is_ours(db, address))


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether `flush` would post something; reads without a lock."""
    return any(room_in(db, rules.policy.paging, address, now) for address in _chats_waiting(db, now))


def _row(rules: Rules, page: Page, now: datetime) -> dict[str, Any]:
    ref = uuid4().hex
    sealed = {name: rules.vault.seal(getattr(page, name), row=ref, field=f"pages.{name}") for name in ("text", "line")}
    about = {"ticket_id": page.ticket_id, "deadline_id": page.deadline_id, "kind": page.kind, "rank": page.rank}
    when = {"due_at": page.due_at, "at": now, "not_before": max(page.not_before, now), "outbox_id": None}
    return {"address": rules.staff_chat, "ref": ref, **sealed, **about, **when}


def _chats_waiting(db: Connection, now: datetime) -> Sequence[str]:
    waiting = (pages.c.outbox_id.is_(None), pages.c.not_before <= now)
    return db.scalars(select(pages.c.address).where(*waiting).distinct()).all()


def _is_ours(db: Connection, address: str) -> bool:
    """Take the lock for flushing this chat until the transaction ends; False if another replica has it."""
    if db.dialect.name != "postgresql":
        return True
    # Never waited for: whoever has it comes again within a second, and a customer's message must not queue here.
    key = func.pg_try_advisory_xact_lock(func.hashtext("pages"), func.hashtext(address))
    return bool(db.scalar(select(key)))


def _flush_chat(db: Connection, rules: Rules, address: str, now: datetime) -> int:
    room = room_in(db, rules.policy.paging, address, now)
    waiting = _waiting(db, address, now, room * LINES)
    if not waiting:
        return 0
    held = sum(page.not_before > page.at for page in waiting)
    if len(waiting) == 1 or (len(waiting) < rules.policy.paging.digest_from and held < 2):
        for page in waiting[:room]:
            _say(db, address, _opened(rules.vault, page, "text"), [page.id], now)
        return min(room, len(waiting))
    if _still_gathering(db, waiting, now):
        return 0
    lines = [_opened(rules.vault, page, "line") for page in waiting]
    done = sent = 0
    for text, taken in digests(rules.policy, lines):
        if sent == room:
            break
        _say(db, address, text, [page.id for page in waiting[done : done + taken]], now)
        done, sent = done + taken, sent + 1
    return sent


def _still_gathering(db: Connection, waiting: Sequence[Row[Any]], now: datetime) -> bool:
    """Whether other replicas may still be adding pages of the same storm: a moment later all can go out in order."""
    due = sweep.next_due(db)
    return due is not None and due <= now and min(page.at for page in waiting) > now - GATHERING


def _waiting(db: Connection, address: str, now: datetime, limit: int) -> Sequence[Row[Any]]:
    if limit == 0:
        return []
    mine = (pages.c.address == address, pages.c.outbox_id.is_(None), pages.c.not_before <= now)
    order = (pages.c.rank, tickets.c.contact_id.is_(None), pages.c.due_at.is_(None), pages.c.due_at, pages.c.id)
    return db.execute(
        select(pages, tickets.c.closed_to).join_from(pages, tickets).where(*mine).order_by(*order).limit(limit)
    ).all()


def _opened(vault: Vault, page: Row[Any], name: str) -> str:
    try:
        text = vault.open(getattr(page, name), row=page.ref, field=f"pages.{name}")
        # It waited, and has become a confidential complaint meanwhile.
        told_too_much = page.closed_to and CONFIDENTIAL not in text
        return f"{NOTICES.get(page.kind, page.kind)} #{page.ticket_id} {CONFIDENTIAL}" if told_too_much else text
    except VaultError:  # one damaged page must not silence those behind it
        log.exception("page %d cannot be read", page.id)
        return f"#{page.ticket_id} {UNREADABLE}"


def _say(db: Connection, address: str, text: str, told: Sequence[int], now: datetime) -> None:
    message = post_to(db, address, text, now)
    free = and_(pages.c.id.in_(told), pages.c.outbox_id.is_(None))
    if db.execute(update(pages).where(free).values(outbox_id=message)).rowcount != len(told):
        raise RuntimeError("a page was told by somebody else at the same moment")  # rolled back, and tried again
