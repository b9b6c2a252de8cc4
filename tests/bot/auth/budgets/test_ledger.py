"""Budgets in the database: they hold across restarts and replicas, and cost little."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.auth.budgets.ledger import budget_uses, forget_expired, spend, usable
from bot.auth.budgets.purses import Charge
from bot.storage.database import Database
from escalation.policy.budgets import Budget
from tests.conftest import MONDAY_MORNING as NOW

FIVE = Budget(5, 60)


def charge(purse: str = "n:1", budget: Budget = FIVE, amount: float = 1) -> Charge:
    return Charge(purse, "handoffs", budget, amount)


def granted(database: Database, *charges: Charge, now=NOW) -> bool:
    return database.write_now(spend, charges, now) <= now


def rows(database: Database) -> int:
    return database.read_now(lambda db: db.scalar(select(func.count()).select_from(budget_uses)))


def test_so_much_may_be_used_at_once_and_then_it_is_said_when(database: Database) -> None:
    assert [granted(database, charge()) for _ in range(6)] == [True] * 5 + [False]
    assert database.write_now(spend, [charge()], NOW) == NOW + timedelta(minutes=1)
    assert database.read_now(usable, [charge()], NOW) == NOW + timedelta(minutes=1)
    assert granted(database, charge("n:2"))
    later = NOW + timedelta(minutes=1)
    assert [granted(database, charge(), now=later) for _ in range(2)] == [True, False]


def test_of_several_budgets_all_pay_or_none(sqlite: Database) -> None:
    narrow = charge("n:narrow", Budget(1, 60))
    assert granted(sqlite, charge(), narrow)
    assert not granted(sqlite, charge(), narrow)
    assert [granted(sqlite, charge()) for _ in range(5)] == [True] * 4 + [False]


def test_a_turn_within_the_hour_is_kept_and_the_next_one_comes_after_it(sqlite: Database) -> None:
    for _ in range(5):
        spend_ahead(sqlite)
    assert [spend_ahead(sqlite) - NOW for _ in range(3)] == [timedelta(minutes=each) for each in (1, 2, 3)]
    for _ in range(80):
        last = spend_ahead(sqlite)
    assert last == NOW + timedelta(minutes=61), "a turn that is not kept moves nobody's on"


def spend_ahead(database: Database):
    return database.write_now(spend, [charge()], NOW, timedelta(hours=1))


def test_what_is_charged_to_nobody_is_free(sqlite: Database) -> None:
    assert granted(sqlite)
    assert sqlite.read_now(usable, [], NOW) == NOW
    assert rows(sqlite) == 0


def test_a_restart_gives_nothing_back(sqlite: Database) -> None:
    assert [granted(sqlite, charge()) for _ in range(5)] == [True] * 5
    with closing(Database(sqlite.url)) as restarted:
        assert not granted(restarted, charge())


def test_two_replicas_share_one_budget(database: Database) -> None:
    """Also of a purse that neither has seen before."""
    with closing(Database(database.url)) as other, ThreadPoolExecutor(8) as pool:
        tried = [pool.submit(granted, (database, other)[n % 2], charge(), charge("n:2")) for n in range(40)]
        assert sum(each.result() for each in tried) == 5


def test_budgets_that_are_whole_again_are_forgotten(database: Database) -> None:
    for number in range(7):
        assert granted(database, charge(f"n:{number}"))
    assert database.write_now(forget_expired, NOW + timedelta(seconds=59), 100) == 0
    assert database.write_now(forget_expired, NOW + timedelta(minutes=1), 3) == 3
    assert database.write_now(forget_expired, NOW + timedelta(minutes=1), 100) == 4
    assert rows(database) == 0


@pytest.mark.parametrize("amount", [10.0, 2.5])
def test_megabytes_are_charged_as_they_are(sqlite: Database, amount: float) -> None:
    budget = Budget(12, 20)
    assert granted(sqlite, charge(budget=budget, amount=amount))
    assert granted(sqlite, charge(budget=budget, amount=12 - amount))
    assert database_wait(sqlite, budget) == timedelta(minutes=3)


def database_wait(database: Database, budget: Budget) -> timedelta:
    return database.write_now(spend, [charge(budget=budget)], NOW) - NOW
