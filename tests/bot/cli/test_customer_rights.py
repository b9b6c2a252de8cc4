"""`jiedai customers export|erase|…`: what persons may ask by law, and what is refused."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import session
from tests.bot.cli.conftest import Terminal
from tests.conftest import MONDAY_MORNING

HEAD = "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity\n"
ROWS = (
    "C1,江海银行,周文博,13800000001,zhou@example.com,2800000,26,4,4\n"
    "C2,江海银行,许雅琴,13800000002,,,,,\n"
    "C3,小满图文店,周文博,13800000020,,46000,8,1,2\n"
)


class Later:
    """The commands' clock, which a test moves."""

    now = MONDAY_MORNING


@pytest.fixture
def crm(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    real, Later.now = session.open_or_explain, MONDAY_MORNING

    def standing(*given: Any, **more: Any) -> Any:
        service = real(*given, **more)
        service.clock = lambda: Later.now
        return service

    monkeypatch.setattr(session, "open_or_explain", standing)
    path = tmp_path / "crm.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    terminal.here("customers", "import", str(path))
    terminal.here("staff", "add", "lin", "--role", "admin", "--queue", "*")
    return terminal


@pytest.fixture
def two(crm: Terminal) -> Terminal:
    crm.here("staff", "add", "wang", "--role", "admin", "--queue", "*")
    return crm


def open_ticket(terminal: Terminal, contact: str) -> int:
    made = terminal.json("tickets", "open", "打印机卡纸", "--customer", contact, "--channel", "phone", "--as", "lin")
    return int(made["ticket"])


def ask(terminal: Terminal, contact: str = "C2") -> int:
    return int(terminal.json("customers", "erase", contact, "--as", "lin")["request"])


def test_an_erasure_is_asked_for_by_one_and_carried_out_by_another(two: Terminal) -> None:
    number = ask(two)
    said = two.here("customers", "erase", "--approve", str(number), "--as", "wang").splitlines()
    assert said[0].startswith(f"Request {number} is carried out: nothing. What is left is counted as erased-")
    assert said[1:] == [
        "Tell the customer:",
        "您的个人信息已从我们的系统中删除，只留下无法识别您的统计数字。此前如另有备份，由我们的运维按其保存期限删除；从这些备份恢复时，会重新删除您的信息。聊天软件自己保存的消息，请您在其中删除。",
    ]
    assert [each["id"] for each in two.json("customers", "list")["customers"]] == ["C1", "C3"]
    audited = two.json("audit", "verify")
    assert (audited["ok"], [each["by"] for each in audited["erased"]]) == (True, ["lin + wang"])


def test_somebody_with_an_open_ticket_is_not_erased(two: Terminal) -> None:
    ticket = open_ticket(two, "C2")
    assert two.refused_here("customers", "erase", "C2", "--as", "lin") == (
        f"jiedai: C2 still has open tickets about something else (#{ticket}); nothing is erased before they end. "
        "Whoever holds them resolves them, or transfers them to somebody who does."
    )


def test_nobody_is_erased_twice(two: Terminal) -> None:
    number = ask(two)
    assert two.refused_here("customers", "erase", "C2", "--as", "wang") == (
        f"jiedai: C2 is being erased already, by request {number}; it waits for `jiedai customers erase --approve {number}`."
    )
    two.here("customers", "erase", "--approve", str(number), "--as", "wang")
    assert two.refused_here("customers", "erase", "C2", "--as", "lin") == (
        f"jiedai: C2 was erased on 2026-11-23 by request {number}; nothing is left of them."
    )
    assert two.refused_here("customers", "erase", "--approve", str(number), "--as", "wang") == (
        f"jiedai: Request {number} waits for no second person: it is done."
    )


def test_who_asked_is_no_second_person(two: Terminal) -> None:
    number = ask(two)
    assert two.refused_here("customers", "erase", "--approve", str(number), "--as", "lin") == (
        f"jiedai: Request {number} was asked for by lin; another administrator has to agree to it."
    )


def test_the_only_administrator_confirms_a_day_later(crm: Terminal) -> None:
    number = ask(crm)
    assert crm.refused_here("customers", "erase", "--approve", str(number), "--as", "lin") == (
        f"jiedai: There is no other administrator; lin can confirm request {number} from 2026-11-24 02:00 UTC on, a day after asking for it."
    )
    Later.now += timedelta(hours=24)
    assert crm.json("customers", "erase", "--approve", str(number), "--as", "lin")["state"] == "done"


def test_somebody_of_the_same_name_is_not_taken_for_the_one_meant(two: Terminal) -> None:
    assert two.refused_here("customers", "erase", "周文博", "--as", "lin") == (
        'jiedai: "周文博" is the name of 2 contacts (C1, C3); give the id of the one meant.'
    )
    assert two.json("customers", "erase", "许雅琴", "--as", "lin")["contact"] == "C2"


def test_an_agent_carries_out_none(two: Terminal) -> None:
    two.here("staff", "add", "wu", "--role", "agent", "--queue", "*")
    assert two.refused_here("customers", "erase", "C2", "--as", "wu") == (
        "jiedai: wu is no administrator; only these carry out such requests."
    )


def test_neither_or_both_is_none(two: Terminal) -> None:
    assert two.refused_here("customers", "erase", "--as", "lin") == (
        "jiedai: Name the contact to be erased, or the request to agree to with --approve."
    )


def test_an_export_holds_a_page_data_and_is_on_record(two: Terminal, tmp_path: Path) -> None:
    open_ticket(two, "C2")
    told = two.json("customers", "export", "C2", "--to", str(tmp_path / "out"), "--as", "lin")
    assert (told["tickets"], told["files"]) == (1, 0)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "许雅琴" in page
    assert "13800000002" in page
    data = json.loads((tmp_path / "out" / "data.json").read_text(encoding="utf-8"))
    assert data["contact"] == {"id": "C2", "name": "许雅琴", "organisation": "江海银行", "phone": "13800000002"}
    (listed,) = two.json("customers", "exports", "C2")
    assert (listed["first_by"], listed["delivered"]["tickets"]) == ("lin", 1)


def test_an_export_holds_consents_and_requests_with_instants_in_the_companys_zone(
    two: Terminal, tmp_path: Path
) -> None:
    open_ticket(two, "C2")
    two.here("customers", "consents", "C2", "--withdraw", "sensitive")
    two.here("customers", "correct", "C2", "phone=13900000002", "--as", "lin")
    two.here("customers", "export", "C2", "--to", str(tmp_path / "out"), "--as", "lin")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<h2>您的同意</h2><ul><li>2026-11-23 10:00 不同意：sensitive</li>\n</ul>" in page
    assert "<h2>您的个人信息申请</h2><ul><li>2026-11-23 10:00 更正（电话）：已办理</li>\n</ul>" in page
    assert "2026-11-23 10:00 受理" in page
    data = json.loads((tmp_path / "out" / "data.json").read_text(encoding="utf-8"))
    assert [(each["purpose"], each["given"]) for each in data["consents"]] == [("sensitive", False)]
    assert [(each["kind"], each["corrected"]) for each in data["requests"]] == [("correct", ["phone"])]
    assert data["notices_shown"] == []


def test_an_archive_holds_the_same(two: Terminal, tmp_path: Path) -> None:
    two.here("customers", "export", "C2", "--to", str(tmp_path / "out.zip"), "--as", "lin")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["data.json", "index.html"]
    assert (tmp_path / "out.zip").stat().st_mode & 0o077 == 0


def test_a_place_that_is_taken_is_refused(two: Terminal, tmp_path: Path) -> None:
    (tmp_path / "out.zip").write_text("x", encoding="utf-8")
    assert two.refused_here("customers", "export", "C2", "--to", str(tmp_path / "out.zip"), "--as", "lin") == (
        f"jiedai: {tmp_path / 'out.zip'} exists already; choose another name, so that no earlier export is lost."
    )


def test_a_fourth_export_of_a_day_waits_for_tomorrow(two: Terminal, tmp_path: Path) -> None:
    for number in range(3):
        two.here("customers", "export", "C2", "--to", str(tmp_path / f"{number}"), "--as", "lin")
    assert two.refused_here("customers", "export", "C2", "--to", str(tmp_path / "4"), "--as", "lin") == (
        "jiedai: The data of C2 was asked for 3 times today; the next export is possible tomorrow."
    )
    Later.now += timedelta(days=1)
    two.here("customers", "export", "C2", "--to", str(tmp_path / "4"), "--as", "lin")


def test_what_is_corrected_stands_in_the_journal_by_digest(two: Terminal) -> None:
    two.here("customers", "correct", "C2", "phone=13900000002", "--as", "lin")
    assert two.json("customers", "show", "C2", "--reveal")["phone"] == "13900000002"
    lines = two.json("audit", "journal", "--subject", "customer:C2")
    (line,) = [each for each in lines if each["what"] == "data corrected"]
    assert line["before"]["phone"] != line["after"]["phone"]
    assert "13900000002" not in json.dumps(lines)


def test_numbers_are_starred_until_asked_for_and_then_the_look_is_on_record(two: Terminal) -> None:
    shown = two.json("customers", "show", "C1")
    assert (shown["phone"], shown["email"]) == ("138****0001", "z***@example.com")
    assert [each["phone"] for each in shown["contacts"]] == ["138****0002"]
    assert "13800000001" not in two.here("customers", "show", "C1")
    assert two.json("audit", "journal", "--subject", "look:cli") == []
    assert "13800000001" in two.here("customers", "show", "C1", "--reveal")
    (look,) = two.json("audit", "journal", "--subject", "look:cli")
    assert (look["what"], look["after"]["about"]) == ("customer contact details seen", "customer C1")


def test_what_cannot_be_corrected_is_refused(two: Terminal) -> None:
    assert two.refused_here("customers", "correct", "C2", "tier=一级", "--as", "lin") == (
        'jiedai: Write FIELD=VALUE with one of contact, phone, email, note; found "tier=一级".'
    )


def test_a_restriction_can_be_read_until_its_day_and_never_after(two: Terminal, tmp_path: Path) -> None:
    given = ("--ground", "发票须保存", "--until", "2026-12-31", "--as", "lin")
    number = two.json("customers", "restrict", "C2", *given)["request"]
    two.here("customers", "restrict", "--approve", str(number), "--as", "wang")
    assert "C2" not in [each["id"] for each in two.json("customers", "list", "--left")["customers"]]
    two.here("customers", "restricted", str(number), "--to", str(tmp_path / "kept"), "--as", "lin")
    kept = [json.loads(line) for line in (tmp_path / "kept").read_text(encoding="utf-8").splitlines()]
    assert [(row["table"], row["name"], row["phone"]) for row in kept] == [("contacts", "许雅琴", "13800000002")]
    (key,) = (two.data / "restricted-keys").iterdir()
    assert key.stat().st_mode & 0o077 == 0
    Later.now += timedelta(days=60)
    two.here("customers", "erase", "--end-restrictions", "--as", "lin")
    assert not key.exists()
    assert two.refused_here("customers", "restricted", str(number), "--to", str(tmp_path / "b"), "--as", "lin") == (
        f"jiedai: Request {number} keeps nothing that can be read."
    )


def restriction(terminal: Terminal) -> str:
    given = ("--ground", "发票须保存", "--until", "2026-12-31", "--as", "lin")
    return str(terminal.json("customers", "restrict", "C2", *given)["request"])


def test_a_restriction_is_asked_for_by_one_and_carried_out_by_another(two: Terminal) -> None:
    given = ("--ground", "发票须保存", "--until", "2026-12-31", "--as", "lin")
    assert two.here("customers", "restrict", "C2", *given).strip() == (
        "Request 1 asks for the restriction of C2. Another administrator agrees with `jiedai customers restrict --approve 1 --as LOGIN`; nothing is restricted before."
    )
    assert "C2" in [each["id"] for each in two.json("customers", "list")["customers"]]
    assert two.refused_here("customers", "restrict", "--approve", "1", "--as", "lin") == (
        "jiedai: Request 1 was asked for by lin; another administrator has to agree to it."
    )
    assert two.refused_here("customers", "restrict", "C2", *given) == (
        "jiedai: C2 is being restricted already, by request 1; it waits for `jiedai customers restrict --approve 1`."
    )
    assert two.refused_here("customers", "erase", "--approve", "1", "--as", "wang") == (
        "jiedai: Request 1 asks for a restriction; agree to it with `jiedai customers restrict --approve 1`."
    )
    assert two.json("customers", "restrict", "--approve", "1", "--as", "wang")["state"] == "restricted"
    assert "C2" not in [each["id"] for each in two.json("customers", "list", "--left")["customers"]]


def test_the_only_administrator_confirms_a_restriction_a_day_later(crm: Terminal) -> None:
    number = restriction(crm)
    assert crm.refused_here("customers", "restrict", "--approve", number, "--as", "lin") == (
        f"jiedai: There is no other administrator; lin can confirm request {number} from 2026-11-24 02:00 UTC on, a day after asking for it."
    )
    Later.now += timedelta(hours=24)
    assert crm.json("customers", "restrict", "--approve", number, "--as", "lin")["state"] == "restricted"


def test_a_restriction_names_a_contact_or_a_request_and_a_ground(two: Terminal) -> None:
    assert two.refused_here("customers", "restrict", "--as", "lin") == (
        "jiedai: Name the contact to be restricted, or the request to agree to with --approve."
    )
    assert two.refused_here("customers", "restrict", "C2", "--as", "lin") == (
        "jiedai: What is only restricted needs a ground in words and a last day."
    )


def test_a_restriction_ends_in_the_future(two: Terminal) -> None:
    given = ("--ground", "合同", "--until", "2026-11-01", "--as", "lin")
    assert two.refused_here("customers", "restrict", "C2", *given) == (
        "jiedai: 2026-11-01 is over; a restriction ends in the future."
    )


def test_tickets_of_others_are_not_kept(two: Terminal) -> None:
    given = ("--keep", "77", "--ground", "合同", "--until", "2026-12-31", "--as", "lin")
    assert two.refused_here("customers", "erase", "C2", *given) == (
        "jiedai: 77: none of C2's tickets; name their tickets by number, or items."
    )


def test_a_refusal_says_why_and_where_to_complain(two: Terminal) -> None:
    number = ask(two)
    assert two.refused_here("customers", "refuse", str(number), "--reason", " ", "--as", "wang") == (
        "jiedai: Say why it is refused, in words that its customer can read."
    )
    said = two.here("customers", "refuse", str(number), "--reason", "仍有未结清的合同", "--as", "wang")
    assert said.splitlines() == [
        f"Request {number} is refused. Tell its customer:",
        "您的申请未予办理，原因：仍有未结清的合同。如对处理结果有异议，您可以联系本公司个人信息保护负责人，也可以向履行个人信息保护职责的部门投诉、举报。",
    ]


def test_requests_are_listed_with_the_day_they_are_due(two: Terminal) -> None:
    number = ask(two)
    (listed,) = two.json("customers", "requests")
    assert (listed["request"], listed["state"]) == (number, "agreed")
    assert "waits for a second administrator" in two.here("customers", "requests")
    assert two.refused_here("customers", "erase", "--approve", "9", "--as", "wang") == (
        "jiedai: There is no request 9; `jiedai customers requests` lists them."
    )
    assert listed["due_at"] == "2026-12-14T15:59:59+00:00"


def test_what_an_older_backup_brings_back_is_erased_again(two: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    two.here("backup", str(copy))
    two.here("customers", "erase", "--approve", str(ask(two)), "--as", "wang")
    assert two.here("restore", str(copy)).splitlines()[-1] == "1 persons who were erased since are erased again."
    assert [each["id"] for each in two.json("customers", "list", "--left")["customers"] if each["id"] == "C2"] == []
    assert two.json("audit", "verify")["ok"]
    assert two.refused_here("customers", "erase", "C2", "--as", "lin").startswith("jiedai: C2 was erased on ")


def test_on_another_machine_it_is_erased_again_by_what_a_later_backup_names(two: Terminal, tmp_path: Path) -> None:
    early, late = tmp_path / "early.sqlite3", tmp_path / "late.sqlite3"
    two.here("backup", str(early), "--with-secrets")
    two.here("customers", "erase", "--approve", str(ask(two)), "--as", "wang")
    two.here("backup", str(late), "--with-secrets")
    elsewhere = ("--data", str(tmp_path / "new"))
    said = two.run("restore", str(early), "--with-secrets", *elsewhere).splitlines()
    assert said[-1] == "1 persons who were erased since are erased again."


def test_where_nothing_names_who_was_erased_a_restore_says_so(two: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    two.here("backup", str(copy), "--with-secrets")
    said = two.run("restore", str(copy), "--with-secrets", "--data", str(tmp_path / "new")).splitlines()
    assert said[-1] == (
        "There is no erasures.jsonl here or beside the backup: whoever was erased after it was made is held again. "
        "Put that file of the lost installation, or of a later backup, beside the backup, and restore once more."
    )
