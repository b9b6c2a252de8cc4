"""`jiedai customers list|show|set|merge|remove` and `jiedai customers items`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal

HEAD = "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity\n"
ROWS = (
    "C1,江海银行,周文博,13800000001,zhou@example.com,2800000,26,4,4\n"
    "C2,江海银行,许雅琴,13800000002,,,,,\n"
    "C3,小满图文店,潘大勇,13800000020,,46000,8,1,2\n"
)
ITEMS_HEAD = "客户,类别,编号,名称,开始,到期,状态\n"
ITEMS = f"{ITEMS_HEAD}C1,设备,SN-1,数码印刷机 C7,2026-01-05,2028-01-04,在保\n江海银行,order,A1,墨粉,,,\n"


@pytest.fixture
def crm(terminal: Terminal, tmp_path: Path) -> Terminal:
    path = tmp_path / "crm.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    terminal.here("customers", "import", str(path))
    return terminal


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_customers_are_listed_and_found(crm: Terminal) -> None:
    assert [each["id"] for each in crm.json("customers", "list")["customers"]] == ["C1", "C2", "C3"]
    found = crm.json("customers", "list", "--find", "江海 许")
    assert (found["total"], [each["contact"] for each in found["customers"]]) == (1, ["许雅琴"])
    assert [each["id"] for each in crm.json("customers", "list", "--tier", "三级")["customers"]] == ["C3"]
    assert "许雅琴" in crm.here("customers", "list", "--find", "13800000002")


def test_a_list_stars_numbers_and_addresses_unless_asked_for_and_each_look_is_on_record(crm: Terminal) -> None:
    shown = [(each["phone"], each["email"]) for each in crm.json("customers", "list")["customers"]]
    assert shown == [("138****0001", "z***@example.com"), ("138****0002", None), ("138****0020", None)]
    assert crm.json("audit", "journal", "--subject", "look:cli") == []
    [found] = crm.json("customers", "list", "--find", "许雅琴", "--reveal")["customers"]
    assert found["phone"] == "13800000002"
    assert "13800000002" in crm.here("customers", "list", "--find", "许雅琴", "--reveal")
    assert "13800000002" not in crm.here("customers", "list")
    looks = crm.json("audit", "journal", "--subject", "look:cli")
    assert [(each["what"], each["after"]["about"]) for each in looks] == [
        ("customer contact details seen", "customer C2")
    ] * 2


def test_a_file_shows_contacts_items_and_tier_with_its_reason(crm: Terminal, tmp_path: Path) -> None:
    assert crm.here("customers", "items", "import", write(tmp_path, ITEMS)) == (
        "2 items of 1 organisation saved, 2 of them new.\n"
    )
    found = crm.json("customers", "show", "C1")
    assert (found["organisation"], found["tier"]) == ("江海银行", "一级")
    assert found["tier_reason"].startswith("年采购额 280 万元")
    assert [each["id"] for each in found["contacts"]] == ["C2"]
    assert [each["number"] for each in found["items"]] == ["A1", "SN-1"]
    assert "数码印刷机 C7" in crm.here("customers", "show", "C1")


def test_items_are_listed_and_removed_one_by_one(crm: Terminal, tmp_path: Path) -> None:
    crm.here("customers", "items", "import", write(tmp_path, ITEMS))
    assert crm.here("customers", "items", "remove", "C2", "order", "A1") == "The order A1 is removed.\n"
    assert [each["number"] for each in crm.json("customers", "items", "list", "C1")] == ["SN-1"]
    assert crm.refused_here("customers", "items", "remove", "C1", "order", "A1") == (
        "jiedai: C1 has no order A1; `jiedai customers items list C1` shows all."
    )


def test_an_item_of_nobody_we_know_is_refused_and_nothing_is_imported(crm: Terminal, tmp_path: Path) -> None:
    path = write(tmp_path, ITEMS + "C99,产品,P1,纸,,,\n")
    assert crm.refused_here("customers", "items", "import", path) == (
        'jiedai: items.csv:4: "C99" is neither a contact\'s id nor the name of an organisation we know.'
    )
    assert crm.json("customers", "items", "list", "C1") == []


def test_fields_are_set_and_open_tickets_may_follow(crm: Terminal) -> None:
    assert crm.here(
        "customers", "set", "C3", "annual_amount=1200000", "note=下午不接电话", "preferred_channel=email"
    ) == ("C3 is saved; their tier is 一级.\n")
    found = crm.json("customers", "show", "C3", "--reveal")
    assert (found["note"], found["preferred_channel"], found["phone"]) == ("下午不接电话", "email", "13800000020")
    crm.here("customers", "set", "C3", "note=", "phone=")
    found = crm.json("customers", "show", "C3", "--reveal")
    assert (found["note"], found["phone"]) == (None, None)


def test_two_contacts_are_merged_and_one_leaves(crm: Terminal) -> None:
    assert crm.here("customers", "merge", "C2", "C1") == (
        "C2 is C1 from now on: 0 conversations and 0 tickets moved; the tier is 一级.\n"
    )
    assert crm.json("customers", "show", "C2")["former_ids"] == ["C2"]
    assert crm.here("customers", "merge", "C3", "C1", "--organisations") == (
        "1 contacts moved to 江海银行; the tier is 一级.\n"
    )
    assert crm.here("customers", "remove", "C3") == (
        "C3 has left: their number proves nothing any more, and their file stays.\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list", "--tier", "金牌"), 'The policy has no tier "金牌"; it has 特级, 一级, 二级, 三级.'),
        (("list", "--page", "0"), "Pages count from 1; --page 0 is none."),
        (("show", "C9"), 'There is no customer "C9"; `jiedai customers list` shows those there are.'),
        (("set", "C9", "phone="), 'There is no customer "C9"; `jiedai customers list` shows those there are.'),
        (("set", "C1", "phone"), 'Write FIELD=VALUE, such as phone=13800000001; found "phone".'),
        (
            ("set", "C1", "preferred_channel=fax"),
            'preferred_channel must be one of phone, email, web, telegram; found "fax".',
        ),
        (("set", "C1", f"note={'长' * 501}"), "A remark must have at most 500 characters; this one has 501."),
        (("merge", "C1", "C1"), "C1 cannot be merged into itself; name two contacts."),
        (("merge", "C1", "C2", "--organisations"), "C1 and C2 belong to one organisation already."),
        (("remove", "C9"), 'There is no customer "C9"; `jiedai customers list` shows those there are.'),
        (("items", "remove", "C1", "car", "1"), 'A kind must be one of order, device, contract, product; found "car".'),
    ],
)
def test_every_refusal_is_a_whole_sentence(crm: Terminal, words: tuple[str, ...], sentence: str) -> None:
    assert crm.refused_here("customers", *words) == f"jiedai: {sentence}"
