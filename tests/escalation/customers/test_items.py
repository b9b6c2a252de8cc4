"""Items of an organisation: read from a table or JSON with every fault, kept by kind and number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, select

from bot.storage.database import Database
from escalation.customers import items
from escalation.customers.customer_notes import NoteRefused, add_note, customer_notes, notes_on
from escalation.customers.customer_rows import organisations
from escalation.customers.customer_store import save_customer
from escalation.customers.item_file import ItemFaults, parse_items, read_item_rows
from escalation.customers.items import CustomerItem
from escalation.customers.model import CustomerRecord
from escalation.policy.model import Policy
from escalation.vault import Vault

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ZHOU = CustomerRecord("C1001", "江海银行", "周文博", 2_800_000, 26, 4, 4)
PRESS = CustomerItem("device", "SN-1", "数码印刷机 C7", date(2026, 1, 5), date(2028, 1, 4), "在保", "三楼")


@pytest.fixture
def db(database: Database) -> Iterator[Connection]:
    with database.engine.begin() as opened:
        yield opened


@pytest.fixture
def bank(db: Connection, vault: Vault, policy: Policy) -> str:
    return save_customer(db, vault, policy, ZHOU, NOW).customer.organisation.id


def row(line: int = 2, **cells: str | None) -> tuple[int, dict[str, str | None]]:
    return line, {"customer": "C1001", "kind": "设备", "number": "SN-1", "what": "数码印刷机 C7", **cells}


def sentences(*rows: tuple[int, dict[str, str | None]]) -> list[str]:
    with pytest.raises(ItemFaults) as refused:
        read_item_rows(rows, "items.csv")
    return [str(fault) for fault in refused.value.faults]


def test_an_item_is_read_with_chinese_and_english_kinds() -> None:
    (chinese,) = read_item_rows([row(begins="2026-01-05", ends="2028-01-04", status="在保", note="三楼")])
    (english,) = read_item_rows([row(kind="Device")])
    assert (chinese.customer, chinese.item) == ("C1001", PRESS)
    assert english.item.kind == "device"


def test_every_fault_of_a_table_is_a_sentence_with_its_line() -> None:
    assert sentences(
        row(2, kind="车"),
        row(3, customer=""),
        row(4, begins="2026-05-01", ends="2026-04-30"),
        row(5, what=None),
        row(6, number="SN-2", what="甲"),
        row(7, number="SN-2", what="乙"),
    ) == [
        'items.csv:2: kind must be one of order, device, contract, product, 订单, 设备, 合同, 产品; found "车".',
        "items.csv:3: customer must be given.",
        "items.csv:4: ends must not be before begins (2026-05-01); found 2026-04-30.",
        "items.csv:7: device SN-2 of C1001 must be given once; line 6 already has it.",
    ]


def test_every_fault_of_json_names_the_item_by_its_place() -> None:
    good = {"kind": "order", "number": "A1", "what": "墨粉"}
    with pytest.raises(ItemFaults) as refused:
        parse_items([good, good, {"kind": "order", "number": 7, "colour": "red"}])
    assert str(refused.value).splitlines() == [
        "Item 2: order A1 must be given once.",
        'Item 3: "colour" is not a field of an item.',
        "Item 3: what must be given.",
    ]
    with pytest.raises(ItemFaults) as refused:
        parse_items([good] * 1001)
    assert str(refused.value) == "A request may hold at most 1000 items; this one has 1001."


def test_an_item_given_again_is_changed_and_not_doubled(db: Connection, bank: str) -> None:
    assert items.save_items(db, bank, [PRESS], NOW) == 1
    moved = CustomerItem("device", "SN-1", "数码印刷机 C7", status="已报废")
    assert items.save_items(db, bank, [moved], NOW) == 0
    assert items.items_of(db, bank) == [moved]


def test_what_is_put_in_place_of_all_ends_the_rest(db: Connection, bank: str) -> None:
    order = CustomerItem("order", "A1", "墨粉")
    items.save_items(db, bank, [PRESS, order], NOW)
    assert items.replace_items(db, bank, [order], NOW) == 0
    assert items.items_of(db, bank) == [order]
    assert items.remove_items(db, bank, "order", "A1") == 1
    assert items.items_of(db, bank) == []


def test_the_card_shows_the_latest_of_each_kind_and_counts_the_rest(db: Connection, bank: str) -> None:
    orders = [CustomerItem("order", f"A{day}", "墨粉", date(2026, 1, day)) for day in range(1, 8)]
    items.save_items(db, bank, [PRESS, *orders], NOW)
    first, second = items.latest_items(db, bank, 5)
    assert (first.kind, [each.number for each in first.items], first.more) == (
        "order",
        ["A7", "A6", "A5", "A4", "A3"],
        2,
    )
    assert (second.kind, second.items, second.more) == ("device", (PRESS,), 0)


def test_of_two_alike_the_survivor_keeps_its_own(db: Connection, vault: Vault, policy: Policy, bank: str) -> None:
    shop = save_customer(
        db, vault, policy, CustomerRecord("C2", "小满图文店", "潘大勇", 46_000, 8, 1, 2), NOW
    ).customer.organisation.id
    items.save_items(db, bank, [PRESS, CustomerItem("order", "A1", "墨粉")], NOW)
    own = CustomerItem("device", "SN-1", "同一台")
    items.save_items(db, shop, [own], NOW)
    items.move_items(db, bank, shop)
    assert items.items_of(db, shop) == [CustomerItem("order", "A1", "墨粉"), own]
    assert items.items_of(db, bank) == []


def test_a_note_is_sealed_and_read_again(db: Connection, vault: Vault, bank: str) -> None:
    add_note(db, vault, bank, "C1001", "周五下午不接电话", "李（li）", NOW)
    (note,) = notes_on(db, vault, bank)
    assert (note.text, note.by, note.at) == ("周五下午不接电话", "李（li）", NOW)
    assert "周五" not in db.execute(select(customer_notes.c.text)).scalar_one()
    with pytest.raises(NoteRefused) as refused:
        add_note(db, vault, bank, None, "", "李（li）", NOW)
    assert str(refused.value) == "A note must have 1 to 2000 characters; this one has 0."
    assert db.execute(select(organisations.c.id)).scalar_one() == bank


def test_what_is_dealt_in_is_each_name_of_a_device_or_product_the_commonest_first(db: Connection, bank: str) -> None:
    toner = CustomerItem("product", "P-1", "墨粉 285A")
    again = CustomerItem("device", "SN-2", PRESS.what)
    items.save_items(db, bank, [PRESS, again, toner, CustomerItem("order", "A1", "加急订单")], NOW)
    assert items.dealt_in(db, 10) == ("数码印刷机 C7", "墨粉 285A")
    assert items.dealt_in(db, 1) == ("数码印刷机 C7",)
