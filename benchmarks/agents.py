"""Two agents after the same tickets, each in a process of its own: both try to claim, one answers near the due time."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from benchmarks import ground, mutants
from benchmarks.replicas import Replica, mortal
from bot.agents.actions import Action, Claim, Reply, act
from bot.app import database_clock
from bot.storage.database import Database
from escalation.staff import Staff, get_staff
from escalation.tickets.lifecycle import Refused

HANDS = 4  # tickets one agent's process works on at the same time
EARLIER = 0.3  # seconds from the claim to the answer
MISSED = 0.25  # seconds after which a planned answer is not given any more: whoever should have was dead


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be given to a ticket at this instant (seconds since 1970)."""

    ticket: int
    at: float


def answering(url: str, plan: Path, staff_id: int, mutant: str = "") -> Replica:
    """An agent with this plan."""
    return Replica(_work, (url, str(plan), staff_id, mutant))


def write_plan(plan: Path, answers: Sequence[Answer]) -> Path:
    """Put the answers, soonest first, where agents read them."""
    ordered = sorted(answers, key=lambda answer: answer.at)
    plan.write_text(json.dumps([[answer.ticket, answer.at] for answer in ordered]), encoding="utf-8")
    return plan


def _work(sentence: Any, ready: Any, url: str, plan: str, staff_id: int, mutant: str) -> None:
    database = Database(url, vault=ground.VAULT)
    if mutant == "default-transactions":
        mutants.bring_about(mutant, database)
    mortal(database, sentence)
    clock, who = database_clock(database), database.read_now(get_staff, staff_id)
    assert who is not None, "hired before anybody began"
    coming = [Answer(*one) for one in json.loads(Path(plan).read_text(encoding="utf-8"))]
    hands = [threading.Thread(target=_answer, args=(database, who, clock, coming[n::HANDS])) for n in range(HANDS)]
    for hand in hands:
        hand.start()
    ready.set()
    for hand in hands:
        hand.join()


def _answer(database: Database, who: Staff, clock: Callable[[], datetime], mine: list[Answer]) -> None:
    rules = ground.bare_rules()
    doing: list[tuple[float, int, Action]] = [(each.at - EARLIER, each.ticket, Claim()) for each in mine]
    doing += [(each.at, each.ticket, Reply("您好，已为您处理。", "first")) for each in mine]
    for at, ticket, action in sorted(doing, key=lambda each: each[0]):
        late = clock().timestamp() - at
        if late < MISSED:
            time.sleep(max(0.0, -late))
            # The other one has it; or the database was killed under us, and what became of it only it knows.
            with contextlib.suppress(Refused, DBAPIError):
                database.write_now(act, rules, who, ticket, action, clock())
