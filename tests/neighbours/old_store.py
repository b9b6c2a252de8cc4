"""A store of two years: 1,200 tickets of 300 customers, 900 of them solved, in an order of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from bot.storage.search_marks import search_marks
from bot.transcript import word_index
from bot.transcript.addresses import conversation_addresses
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene

WEDNESDAY = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
ALL, SOLVED = 1200, 900
SPAN = timedelta(days=700)


def fill(
    scene: Scene,
    owners: Mapping[int, CustomerRecord] | None = None,
    words: Mapping[int, str] | None = None,
    *,
    settled: bool = True,
) -> None:
    """Write the store; `owners` have these tickets, `words` are said in them, others belong to anybody.

    `settled`: the words of all tickets have been taken down for the search.
    """
    scene.clock.now = WEDNESDAY
    owners, words = owners or {}, words or {}
    people = [CustomerRecord(f"P{each}", f"第{each}商行", f"店主{each}", 1, 1, 1, 1) for each in range(150)]
    for record in [*people, *{each.id: each for each in owners.values()}.values()]:
        scene.write(customer_store.save_customer, scene.vault, scene.policy, record, WEDNESDAY)
    scene.write(_write, scene, {number: record.id for number, record in owners.items()}, dict(words))
    while settled and scene.read(word_index.are_behind):
        scene.write(word_index.write_some, scene.vault)


def owned(scene: Scene, number: int, contact_id: str | None, **more: Any) -> None:
    """Give a ticket another customer, or anything else that a row holds."""
    change = update(tickets).where(tickets.c.id == number).values(contact_id=contact_id, **more)
    scene.write(lambda db: db.execute(change))


def numbers(page: str) -> list[int]:
    """The tickets that a page lists, in its order."""
    return [int(each) for each in re.findall(r'data-ticket="(\d+)"', page)]


def following(page: str) -> str | None:
    """The address of the next page."""
    found = re.search(r'href="([^"]+)" rel="next"', page)
    return found[1].replace("&amp;", "&") if found else None


def _write(db: Connection, scene: Scene, owners: dict[int, str], words: dict[int, str]) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {each: [] for each in _ORDER}
    for number in range(1, ALL + 1):
        # Two of four are anybody's of the file, the others are strangers'.
        contact = owners.get(number) or (f"P{number % 150}" if number % 2 == 0 else None)
        at = WEDNESDAY - SPAN + SPAN * number / (ALL + 1)
        talk = words.get(number, f"第{number}号机器有点响")
        rows[conversations].append(_conversation(number, contact, at))
        place = {"channel": "web", "address": f"v{number}", "conversation_id": number}
        rows[conversation_addresses].append(place | {"joined_at": at, "heard_at": at})
        rows[tickets].append(_ticket(scene, number, contact, at, talk))
        line = {"conversation_id": number, "ticket_id": number, "author": "customer", "kind": "text", "text": talk}
        rows[messages].append(line | {"meta": {}, "at": at, "considered": True})
        rows[search_marks].append({"ticket_id": number})
    for table in _ORDER:
        db.execute(insert(table), rows[table])
    db.execute(update(conversations).values(ticket_id=conversations.c.id))


_ORDER = (conversations, conversation_addresses, tickets, messages, search_marks)


def _conversation(number: int, contact: str | None, at: datetime) -> dict[str, Any]:
    whose = {"id": number, "channel": "web", "address": f"v{number}", "contact_id": contact, "language": "zh-Hans"}
    fresh: dict[str, Any] = {"misses": 0, "bot_answers": 0, "rejected": [], "joins": 0}
    return whose | fresh | {"created_at": at, "updated_at": at, "proof": "token" if contact else None}


def _ticket(scene: Scene, number: int, contact: str | None, at: datetime, talk: str) -> dict[str, Any]:
    # Solved in another order than opened: after hours, or after as much as eleven months.
    took = timedelta(hours=1 + (number * 7919) % 8000) if number <= SOLVED else None
    ended = min(at + took, WEDNESDAY - timedelta(minutes=number)) if took is not None else None
    policy = scene.policy
    queue = next(iter(policy.queues))
    known: dict[str, Any] = {"id": number, "conversation_id": number, "contact_id": contact, "subject": talk}
    served = {"tier": policy.default_tier, "tier_reason": "", "policy_version": policy.version, "queue": queue}
    asked = {"urgency": next(iter(policy.urgencies)), "complaint": False, "reason": "asked_for_person", "urged": 0}
    times = {"raised_at": at, "received_at": at, "resolved_at": ended, "closed_at": ended, "claimed_at": None}
    state = "closed" if ended is not None else "waiting"
    return known | served | asked | times | {"state": state, "candidates": [], "rejected": [], "reopened": 0}
