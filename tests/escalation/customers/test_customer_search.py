"""Customers are found by whatever part of their name, number or id, and a search says when it has not seen them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.storage.database import Database
from escalation.customers import known_names, merging
from escalation.customers.customer_search import CustomerQuery, FoundCustomers, find_page, open_names
from escalation.customers.customer_store import save_customer
from escalation.customers.model import CustomerRecord
from escalation.policy.model import Policy
from escalation.vault import Vault

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ZHOU = CustomerRecord("C1001", "江海银行", "周文博", 2_800_000, 26, 4, 4, "13800000001", "zhou@example.com", agent="li")
XU = replace(ZHOU, id="C1002", contact="许雅琴", phone="13800000002", email=None)
PAN = CustomerRecord("C2001", "小满图文店", "潘大勇", 46_000, 8, 1, 2, "13800000020", "Pan@Example.com")


class Search:
    """The CRM, and somebody who looks for customers."""

    def __init__(self, database: Database, vault: Vault, policy: Policy) -> None:
        self.database, self.vault, self.policy = database, vault, policy

    def save(self, *records: CustomerRecord, at: datetime = NOW) -> None:
        for record in records:
            self.database.write_now(save_customer, self.vault, self.policy, record, at)

    def find(self, words: str = "", **wish: Any) -> list[str]:
        return [each.contact.id for each in self.page(words, **wish).customers]

    def page(self, words: str = "", page: int = 1, seconds: float = 60, **wish: Any) -> FoundCustomers:
        wished = CustomerQuery(words, **wish)
        return self.database.read_now(find_page, self.vault, self.policy, wished, NOW, page=page, seconds=seconds)


@pytest.fixture
def crm(database: Database, vault: Vault, policy: Policy) -> Search:
    found = Search(database, vault, policy)
    found.save(ZHOU, XU, PAN)
    return found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("文博", ["C1001"]),
        ("江海", ["C1001", "C1002"]),
        ("江海 许", ["C1002"]),
        ("c1", ["C1001", "C1002"]),
        ("C2001", ["C2001"]),
        ("138 0000 0020", ["C2001"]),
        ("+8613800000002", ["C1002"]),
        ("pan@example.COM", ["C2001"]),
        ("ｃ２００１", ["C2001"]),
        ("没有这个人", []),
    ],
)
def test_a_customer_is_found_by_any_part_of_a_name_and_by_a_whole_number(
    crm: Search, words: str, found: list[str]
) -> None:
    assert crm.find(words) == found


def test_without_words_everybody_is_listed_by_id_and_filters_hold(crm: Search) -> None:
    assert crm.find() == ["C1001", "C1002", "C2001"]
    assert crm.find(tier="一级") == ["C1001", "C1002"]
    assert crm.find(agent="li") == ["C1001", "C1002"]
    assert crm.find("许", tier="三级") == []
    assert crm.find("许", agent="li") == ["C1002"]


def test_what_changed_since_the_last_search_is_found_at_once(crm: Search) -> None:
    assert crm.find("周明") == []
    later = NOW + timedelta(hours=1)
    crm.save(replace(ZHOU, contact="周明"), at=later)
    assert crm.find("周明") == ["C1001"]
    assert crm.find("文博") == []
    crm.save(replace(PAN, id="C3", contact="新来的"), at=NOW)  # committed late, under an earlier instant
    assert crm.find("新来的") == ["C3"]


def test_a_name_and_an_id_left_behind_find_the_survivor(crm: Search, vault: Vault, policy: Policy) -> None:
    crm.database.write_now(lambda db: merging.merge_contact_rows(db, "C1002", "C1001", NOW + timedelta(hours=1)))
    assert crm.find("许雅琴") == ["C1001"]
    assert crm.find("C1002") == ["C1001"]
    assert crm.find("13800000002") == ["C1001"]
    assert crm.find() == ["C1001", "C2001"]


def test_pages_follow_one_another_and_know_how_many_there_are(crm: Search) -> None:
    crm.save(*(replace(PAN, id=f"P{number:03}", contact=f"张{number:03}") for number in range(60)))
    for words in ("", "小满"):
        first, second = crm.page(words), crm.page(words, page=2)
        assert len(first.customers) == 50
        assert first.total == len(first.customers) + len(second.customers)
        assert not set(first.customers) & set(second.customers)


def test_a_search_that_could_not_look_at_every_name_says_so_and_the_next_goes_on(
    crm: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_names, "STEP", 1)
    page = crm.page("文博", seconds=0)
    assert (page.customers, page.looked_at, page.of, page.is_whole) == ((), 0, 3, False)
    assert crm.database.read_now(open_names, crm.vault, NOW, 60)
    page = crm.page("文博", seconds=0)
    assert ([each.contact.id for each in page.customers], page.is_whole) == (["C1001"], True)


def test_a_row_committed_late_is_found_by_the_next_search(crm: Search) -> None:
    crm.page("文博")
    crm.save(replace(PAN, id="P9", contact="迟来的人"), at=NOW - timedelta(minutes=4))
    crm.save(replace(PAN, id="P8", contact="刚来的人"))
    assert [each.contact.id for each in crm.page("来的人").customers] == ["P8", "P9"]


def test_rows_are_listed_once_however_many_looks_their_opening_takes(
    crm: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_names, "STEP", 1)
    listed: list[str] = []
    original = known_names.KnownTable._changed

    def counted(table: known_names.KnownTable, db: Connection) -> list[str]:
        listed.append(table.field_name)
        return original(table, db)

    monkeypatch.setattr(known_names.KnownTable, "_changed", counted)
    moments = iter(range(1_000))
    monkeypatch.setattr(known_names, "monotonic", lambda: next(moments))
    while not crm.database.read_now(open_names, crm.vault, NOW, 2):
        pass
    assert listed.count("contacts.name") == 1


def test_whoever_left_is_in_no_list_unless_asked_for(crm: Search) -> None:
    crm.database.write_now(merging.has_left, "C1002", NOW)
    assert (crm.find(), crm.find("江海"), crm.find("C1002")) == (["C1001", "C2001"], ["C1001"], [])
    assert crm.find(left=True) == ["C1001", "C1002", "C2001"]
    assert crm.find("江海", left=True) == ["C1001", "C1002"]
    assert (crm.page().total, crm.page(left=True).total) == (2, 3)
