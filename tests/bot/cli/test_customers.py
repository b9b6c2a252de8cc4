"""`jiedai customers import|link`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.auth.one_time_codes import is_signed
from bot.cli.parser import main
from bot.first_start import SAMPLE_CUSTOMERS
from tests.bot.cli.conftest import Terminal

HEAD = "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity,tier,reason,expires\n"
SHOP = "C1,小满图文店,潘大勇,13800000020,pan@example.com,46000,8,1,2,,,\n"


def write(tmp_path: Path, *rows: str) -> str:
    path = tmp_path / "crm.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return str(path)


def test_the_sample_is_imported_once_and_then_unchanged(terminal: Terminal) -> None:
    first = terminal.json("customers", "import", str(SAMPLE_CUSTOMERS))
    assert (first["contacts"], first["new"], first["changed"], first["unknown_agents"]) == (26, 26, {}, [])
    again = terminal.json("customers", "import", str(SAMPLE_CUSTOMERS))
    assert (again["new"], again["changed"], again["cleared"], again["tier_changes"]) == (0, {}, {}, 0)


def test_a_changed_tier_is_counted(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("customers", "import", write(tmp_path, SHOP))
    grown = write(tmp_path, SHOP.replace("46000", "6000000"))
    assert terminal.here("customers", "import", grown).splitlines() == [
        "1 contacts saved, 0 of them new; the tier of 1 changed.",
        "changed: 1 annual amount.",
        "C1: changed annual_amount.",
        "The tier of C1 went from 三级 to 特级.",
    ]


def test_an_agent_who_is_not_there_is_named_and_the_rest_is_imported(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "li", "--queue", "*")
    path = tmp_path / "crm.csv"
    rows = (SHOP.replace(",,,\n", ",,,,wang\n"), "C2,四季便民打印部,谭秀英,,,52000,7,1,1,,,,li\n")
    path.write_text(HEAD.replace("expires", "expires,agent") + "".join(rows), encoding="utf-8")
    assert terminal.here("customers", "import", str(path)).splitlines() == [
        "2 contacts saved, 2 of them new; the tier of 0 changed.",
        'Nobody signs in as "wang": until somebody does, whoever is on duty serves those customers.',
    ]
    assert terminal.json("customers", "import", str(path))["unknown_agents"] == ["wang"]


def test_one_faulty_line_and_nothing_is_imported(terminal: Terminal, tmp_path: Path) -> None:
    path = write(tmp_path, SHOP, "C2,四季便民打印部,谭秀英,,,many,7,1,1,,,\n")
    assert terminal.refused_here("customers", "import", path).startswith("jiedai: crm.csv:3: annual_amount must be")
    assert terminal.refused_here("customers", "link", "C1").startswith('jiedai: There is no customer "C1"')


def test_nothing_personal_is_plain_in_the_file_or_on_the_screen(terminal: Terminal, tmp_path: Path) -> None:
    printed = terminal.here("customers", "import", write(tmp_path, SHOP))
    stored = b"".join(path.read_bytes() for path in terminal.data.glob("jiedai.sqlite3*"))
    for name in ("潘大勇", "小满图文店", "13800000020", "pan@example.com"):
        assert name.encode() not in stored
        assert name not in printed


def test_a_link_proves_to_be_this_contact_once(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("customers", "import", write(tmp_path, SHOP))
    found = terminal.json("customers", "link", "C1", "--hours", "24")
    address, _, code = found["url"].partition("#code=")
    assert (found["customer"], address) == ("C1", "http://localhost:8080/chat")
    secret = (terminal.data / "customer-token-secret").read_text(encoding="utf-8").strip()
    assert is_signed(secret, "chat", code)


def test_every_refusal_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    assert terminal.refused_here("customers", "import", str(missing)) == (
        "jiedai: missing.csv:1: The file can't be read (No such file or directory); give the path of a readable file."
    )
    assert terminal.refused_here("customers", "link", "C9999") == (
        'jiedai: There is no customer "C9999"; import the CRM with `jiedai customers import`.'
    )
    assert terminal.refused_here("customers", "link", "C1", "--hours", "25") == (
        "jiedai: A link is valid for at most 24 hours; --hours 25 is not."
    )
    assert terminal.refused_here("customers", "link", "C1", "--hours", "soon") == (
        "jiedai: Argument --hours: invalid int value: 'soon'. See `jiedai customers link --help`."
    )


OVERWRITE = "if that is right, import with --overwrite"
FIRM = (
    "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity,agent\n"
    "C8001,望岳重工,甲,13800008001,jia@example.com,360000,11,3,2,lintao\n"
    "C8002,望岳重工,乙,13800008002,yi@example.com,,,,,\n"
)


def table(tmp_path: Path, text: str, name: str = "b.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_changes_only_what_it_mentions(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("customers", "import", table(tmp_path, FIRM))
    bare = (
        "id,organisation,contact,annual_amount,orders_per_year,influence,complexity\nC8002,望岳重工,乙,360000,11,3,2\n"
    )
    assert terminal.here("customers", "import", table(tmp_path, bare)) == (
        "1 contacts saved, 0 of them new; the tier of 0 changed.\n"
    )
    shown = terminal.here("customers", "show", "C8002", "--reveal")
    assert "lintao" in shown
    assert "13800008002" in shown


def test_what_is_cleared_is_counted_and_only_where_it_is_asked_for(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("customers", "import", table(tmp_path, FIRM))
    blank = table(tmp_path, "编号,手机,邮箱,专属客服\nC8001,,,\nC8002,,yi@example.com,\n")
    assert len(terminal.here("customers", "import", blank).splitlines()) == 1
    assert terminal.here("customers", "import", blank, "--clear-blank").splitlines() == [
        "2 contacts saved, 0 of them new; the tier of 0 changed.",
        "cleared: 1 agent, 1 e-mail address, 2 phones.",
        "C8001: cleared phone, email, agent.",
        "C8002: cleared phone.",
    ]


def test_a_dry_run_says_what_would_change_and_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "lintao", "--queue", "*")
    terminal.here("customers", "import", table(tmp_path, FIRM))
    new = table(
        tmp_path,
        "id,organisation,contact,phone,annual_amount,agent\n"
        "C8001,望岳重工,甲,13800008009,,\nC8003,望岳重工,丙,13800008002,0,wang\n",
    )
    told = [
        "2 contacts would be saved, 1 of them new; the tier of 0 would change.",
        "changed: 1 phone.",
        "C8001: changed phone.",
        f"annual_amount of C8003's organisation stays 360000; the file says 0: {OVERWRITE}.",
        f"agent of C8003's organisation stays lintao; the file says wang: {OVERWRITE}.",
        "C8003 has the same phone as C8002: neither can be recognised by it alone.",
        'Nobody signs in as "wang": until somebody does, whoever is on duty serves those customers.',
    ]
    for _ in range(2):
        assert terminal.here("customers", "import", new, "--dry-run").splitlines() == told
    done = terminal.here("customers", "import", new).splitlines()
    assert done == [line.replace("would be saved", "saved").replace("would change", "changed") for line in told]


def test_a_hidden_sheet_is_named_and_two_visible_ones_are_refused(
    terminal: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Workbook()
    book.worksheets[0].append(["old"])
    book.worksheets[0].title = "旧"
    book.worksheets[0].sheet_state = "hidden"
    for name in ("华东", "华南"):
        sheet = book.create_sheet(name)
        for row in csv.reader(FIRM.splitlines()):
            sheet.append(row)
        book.active = 1
        book.save(tmp_path / f"{name}.xlsx")
    terminal.here("customers", "import", str(tmp_path / "华东.xlsx"))
    assert terminal.refused_here("customers", "import", str(tmp_path / "华南.xlsx")) == (
        'jiedai: 华南.xlsx:1: The workbook has several sheets with content: "华东", "华南"; one is read, so hide or '
        "delete the others, or save each as a file of its own."
    )
    main(["customers", "import", str(tmp_path / "华东.xlsx"), "--data", str(terminal.data)])
    assert capsys.readouterr().err == 'jiedai: The hidden sheet "旧" of 华东.xlsx was passed over.\n'
