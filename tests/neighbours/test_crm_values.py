"""Values of a CRM as people and spreadsheets write them: read as they were meant, or refused by line and value."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import func, select

from escalation.customers import customer_store
from escalation.customers.customer_rows import contacts
from tests.neighbours.crm import COLUMNS, Crm, Refused, table

ROW: dict[str, Any] = {
    "id": "C9501",
    "organisation": "恒达国际",
    "contact": "王芳",
    "phone": "13900095001",
    "annual_amount": "1200000",
    "orders_per_year": 11,
    "influence": 3,
    "complexity": 2,
    "tier": "特级",
    "reason": "战略合作",
    "expires": "2027-03-31",
    "agent": "lintao",
}
COMPUTED = ROW | {"tier": "", "reason": "", "expires": ""}
CHINESE = {
    "id": "编号",
    "organisation": "单位",
    "contact": "联系人",
    "phone": "电话",
    "email": "邮箱",
    "annual_amount": "年采购额",
    "orders_per_year": "年采购次数",
    "influence": "影响力",
    "complexity": "复杂度",
    "tier": "等级",
    "reason": "原因",
    "expires": "有效期",
    "agent": "专属客服",
}


async def kept(crm: Crm, column: str, value: Any, row: dict[str, Any] | None = None) -> Any:
    """What is kept of a value; REFUSED if the file was, with its line, its column and the value."""
    told = crm.tried((row or ROW) | {column: value})
    if told.startswith("REFUSED"):
        assert f"crm.csv:2: {column} " in told, told
        if str(value).strip():
            assert str(value).strip() in told, told
        assert (await crm.call("GET", "C9501")).status_code == 404
        return "REFUSED"
    crm.approve()
    return (await crm.get("C9501"))[column]


@pytest.mark.parametrize(
    "written",
    ["2027年3月31日", "2027年03月31日", "2027/03/31", "2027/3/31 0:00", "2027/3/31 0:00:00", " 2027/3/31 "],
)
async def test_other_writings_of_the_same_day_are_read(crm: Crm, written: str) -> None:
    assert await kept(crm, "expires", written) == "2027-03-31"


@pytest.mark.parametrize(
    "written", ["2027.3.31", "2027-03-31T00:00:00", "20270331", "２０２７／３／３１", "2027-3-31（周三）"]
)
async def test_rarer_writings_of_the_same_day_are_read_or_refused(crm: Crm, written: str) -> None:
    assert await kept(crm, "expires", written) in ("2027-03-31", "REFUSED")


def workbook(row: list[Any], *, shown_as: str | None = None, from_1904: bool = False) -> bytes:
    book = Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.append(COLUMNS)
    sheet.append(row)
    if shown_as is not None:
        sheet.cell(2, COLUMNS.index("expires") + 1).number_format = shown_as
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells(**changes: Any) -> list[Any]:
    return [(ROW | changes).get(name) for name in COLUMNS]


@pytest.mark.parametrize(
    ("shown_as", "from_1904"), [("yyyy/m/d", False), ('m"月"d"日"', False), ("yyyy/m/d", True), (None, True)]
)
async def test_a_date_cell_is_its_day_however_it_is_shown(crm: Crm, shown_as: str | None, from_1904: bool) -> None:
    book = workbook(cells(expires=date(2027, 3, 31)), shown_as=shown_as, from_1904=from_1904)
    crm.load(crm.file(book, "crm.xlsx"))
    crm.approve()
    assert (await crm.get("C9501"))["expires"] == "2027-03-31"


@pytest.mark.parametrize("value", [46477, "46477", datetime(2027, 3, 31, 23, 59)])  # noqa: DTZ001 - a cell has no zone
async def test_a_number_or_a_moment_is_its_day_or_refused(crm: Crm, value: Any) -> None:
    try:
        crm.load(crm.file(workbook(cells(expires=value)), "crm.xlsx"))
    except Refused as refused:
        assert "crm.xlsx:2: " in str(refused)  # noqa: PT017 - refused is one of two right outcomes
        return
    crm.approve()
    assert (await crm.get("C9501"))["expires"] == "2027-03-31"


async def test_a_formula_is_refused_by_its_cell_and_is_no_blank(crm: Crm) -> None:
    with pytest.raises(Refused, match=r"crm\.xlsx:2: The cell L2 holds a formula; write plain text\."):
        crm.load(crm.file(workbook(cells(expires="=DATE(2027,3,31)")), "crm.xlsx"))


@pytest.mark.parametrize(
    "written",
    [
        "3/31/2027",
        "31/3/2027",
        "03/04/2027",
        "2027/2/30",
        "2027/13/1",
        "2027/3",
        "长期",
        "永久",
        "无",
        "-",
        "N/A",
        "明年3月",
        "",
    ],
)
async def test_days_that_are_ambiguous_or_do_not_exist_or_are_no_day_are_refused(crm: Crm, written: str) -> None:
    assert await kept(crm, "expires", written) == "REFUSED"


async def test_a_year_of_two_digits_is_read_as_meant_or_refused(crm: Crm) -> None:
    assert await kept(crm, "expires", "27/3/31") in ("2027-03-31", "REFUSED")


async def test_a_day_that_is_past_is_named_and_gives_no_tier(crm: Crm) -> None:
    told = crm.tried(ROW | {"expires": "2026/11/30"})
    crm.approve()
    assert "2026-11-30" in told or "2026/11/30" in told
    if not told.startswith("REFUSED"):
        assert (await crm.get("C9501"))["tier"] != "特级"


@pytest.mark.parametrize("written", ["2027/3/31", "2027/3/31 0:00"])
def test_a_tier_holds_to_the_end_of_its_last_day_in_shanghai(crm: Crm, written: str) -> None:
    crm.take(ROW | {"expires": written})
    crm.approve()
    tiers = []
    for at in (
        datetime(2027, 3, 30, 16, 5, tzinfo=UTC),
        datetime(2027, 3, 31, 15, 30, tzinfo=UTC),
        datetime(2027, 3, 31, 16, 10, tzinfo=UTC),
    ):
        crm.scene.clock.now = at
        visitor = crm.scene.visitor(f"at {at}")
        visitor.identify("C9501")
        tiers.append(crm.ticket_from(visitor).tier)
        crm.scene.withdraw()
    assert tiers[:2] == ["特级", "特级"]
    assert tiers[2] != "特级"


@pytest.mark.parametrize("written", ["120 万", "120万元", "￥1,200,000.00", "1200000元", "１２０万", "1,200,000.00"])
async def test_amounts_as_people_write_them_are_read(crm: Crm, written: str) -> None:
    crm.take(COMPUTED)
    tier = (await crm.get("C9501"))["tier"]
    crm.take(COMPUTED | {"id": "C9502", "organisation": "恒达国内", "annual_amount": written, "phone": ""})
    found = await crm.get("C9502")
    assert (found["annual_amount"], found["tier"]) == (1_200_000, tier)


@pytest.mark.parametrize(
    "written",
    ["120.0万", "0.012亿", "¥ 1 200 000", "RMB 1,200,000", "人民币120万元", "1.2E+06", "1，200，000"],
)
async def test_rarer_amounts_are_read_or_refused(crm: Crm, written: str) -> None:
    assert await kept(crm, "annual_amount", written, COMPUTED) in (1_200_000, "REFUSED")


@pytest.mark.parametrize(
    "written",
    [
        "约120万",
        "120万+",
        "100-150万",
        "120k",
        "$120,000",
        "USD 120000",
        "12,00,000",
        "1.200.000",
        "1.200.000,00",
        "-5000",
        "(5,000)",
        "未知",
        "",
        "#N/A",
    ],
)
async def test_amounts_that_must_not_be_guessed_are_refused(crm: Crm, written: str) -> None:
    assert await kept(crm, "annual_amount", written, COMPUTED) == "REFUSED"


@pytest.mark.parametrize("written", ["120w", "一百二十万"])
async def test_an_amount_in_another_writing_is_read_as_meant_or_refused(crm: Crm, written: str) -> None:
    assert await kept(crm, "annual_amount", written, COMPUTED) in (1_200_000, "REFUSED")


def test_all_faults_of_the_amounts_are_told_together(crm: Crm) -> None:
    rows = [
        COMPUTED | {"id": f"C{at}", "organisation": f"{at}厂", "annual_amount": written, "phone": ""}
        for at, written in enumerate(["约120万", "-5000", "未知"])
    ]
    told = crm.tried(*rows)
    assert [line in told for line in ("crm.csv:2: ", "crm.csv:3: ", "crm.csv:4: ")] == [True] * 3


@pytest.mark.parametrize(
    ("heading", "written", "may_be_refused"),
    [("年采购额（万元）", "120", True), ("年采购额（元）", "1200000", False), ("年采购额(万)", "120", True)],
)
async def test_a_unit_in_the_heading_is_meant(crm: Crm, heading: str, written: str, may_be_refused: bool) -> None:
    row = COMPUTED | {"annual_amount": written}
    headings = ",".join((CHINESE | {"annual_amount": heading})[name] for name in COLUMNS)
    text = "\n".join([headings, *table([row]).splitlines()[1:]])
    for dry_run in (True, False):
        try:
            crm.load(crm.file(text), dry_run=dry_run)
        except Refused as refused:
            assert may_be_refused
            assert heading in str(refused)  # noqa: PT017 - refused is one of two right outcomes
            return
    assert (await crm.get("C9501"))["annual_amount"] == 1_200_000


def headed(names: list[str], row: list[Any]) -> str:
    """A file of one row whose headings are written as given."""
    quoted = [",".join(f'"{each}"' for each in line) for line in (names, row)]
    return "\n".join(quoted)


FIRM = {
    "id": "C9501",
    "organisation": "恒达国际",
    "contact": "王芳",
    "phone": "13900095001",
    "annual_amount": "1200000",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"contact": "联系\n人"},
        {"contact": " 联系人 "},
        {"id": "*客户编号"},
        {"id": "\ufeff编号"},
        {"annual_amount": "Annual_Amount"},
        {"annual_amount": "ANNUAL AMOUNT"},
        {"annual_amount": "年 采购额"},
    ],
)
async def test_headings_as_they_come_out_of_real_sheets_are_read_or_refused_by_name(
    crm: Crm, changed: dict[str, str]
) -> None:
    names = [changed.get(name, CHINESE[name]) for name in reversed(FIRM)]
    told = _tried(crm, headed(names, list(reversed(FIRM.values()))))
    if told.startswith("REFUSED"):
        assert "".join(next(iter(changed.values())).split()) in "".join(told.split())
        return
    assert {name: str((await crm.get("C9501"))[name]) for name in FIRM} == FIRM


def _tried(crm: Crm, content: str | bytes, name: str = "crm.csv", **flags: bool) -> str:
    try:
        return "\n".join(crm.load(crm.file(content, name), **flags))
    except Refused as refused:
        return f"REFUSED {refused}"


@pytest.mark.parametrize(
    ("more", "value", "named"),
    [("手机", "13900095002", ("电话", "手机")), ("爱好", "钓鱼", ("爱好",)), ("电话", "13900095002", ("电话",))],
)
def test_a_column_too_many_is_named(crm: Crm, more: str, value: str, named: tuple[str, ...]) -> None:
    told = _tried(crm, headed([*(CHINESE[name] for name in FIRM), more], [*FIRM.values(), value]))
    assert all(name in told for name in named), told


NAMES = ("王镕", "𠮷田", "望岳")
THREE = "编号,单位,联系人,电话,年采购额\n" + "".join(
    f"C95{at},单位{name},{name},1390009501{at},{amount}\n"
    for at, (name, amount) in enumerate(zip(NAMES, ("120万", "¥1200000", "1200000"), strict=True))
)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (THREE.encode("gb18030"), "crm.csv"),
        (THREE.encode("utf-8-sig"), "crm.csv"),
        (THREE.replace(",", "\t").encode("utf-16"), "crm.csv"),
        (THREE.replace(",", "\t").encode("utf-16"), "crm.txt"),
        (THREE.replace(",", ";").encode(), "crm.csv"),
        (THREE.replace("\n", "\r\n").encode(), "crm.csv"),
        (THREE.replace("\n", "\r").encode(), "crm.csv"),
    ],
    ids=["gb18030", "bom", "utf-16", "utf-16-txt", "semicolons", "crlf", "cr"],
)
async def test_encodings_and_separators_of_spreadsheets_are_read_or_refused_in_words(
    crm: Crm, content: bytes, name: str
) -> None:
    told = _tried(crm, content, name)
    if told.startswith("REFUSED"):
        assert any(word in told for word in ("UTF-8", "format")), told
        return
    assert [(await crm.get(f"C95{at}"))["contact"] for at in range(3)] == list(NAMES)
    assert [(await crm.get(f"C95{at}"))["annual_amount"] for at in range(3)] == [1_200_000] * 3


async def test_a_workbook_under_another_name_is_read_or_refused_in_words(crm: Crm) -> None:
    told = _tried(crm, workbook(cells()), "crm.csv")
    assert "1 contacts saved" in told or ".xlsx" in told
    old = _tried(crm, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "crm.xls")
    assert old.startswith("REFUSED")
    assert ".xlsx" in old


SAME = "13900095001"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+86-139-0009-5001", SAME),
        ("0086 13900095001", SAME),
        ("139 0009 5001（王总）", SAME),
        ("13900095001.0", SAME),
        ("1.39E+10", None),
        ("'13900095001", SAME),
        ("0571-88880000-801", "0571-88880000"),
        ("0571-88880000-801", "0571-88880000转801"),
        ("(0571)88880000", "0571-88880000"),
        ("0571—88880000（转801）", "0571-88880000"),
        ("400-000-1234", "4000001234"),
        ("8888 0000", "88880000"),
        ("+852 6000 1234", "+85260001234"),
        ("+1 202 555 0100", "+12025550100"),
        ("13900095001/13900095002", None),
        ("13900095001、13900095002", None),
        ("1390009500", None),
    ],
)
async def test_a_telephone_cell_is_found_by_its_number_or_refused(crm: Crm, written: str, number: str | None) -> None:
    told = crm.tried(ROW | {"phone": written})
    if told.startswith("REFUSED"):
        assert "crm.csv:2: phone " in told
        assert written in told
        return
    assert number is not None, "must be refused"
    assert [each.contact.id for each in found_by(crm, number)] == ["C9501"]
    for other in ("+8613900095001", "+8660001234", "13900000000"):
        if number not in (SAME, other):
            assert found_by(crm, other) == []


def found_by(crm: Crm, number: str) -> list[Any]:
    scene = crm.scene
    found: list[Any] = scene.read(customer_store.find_all_by_phone, scene.vault, scene.policy, number, scene.now)
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"expires": "2027/3/31"},
        {"annual_amount": "120万"},
        {"annual_amount": 1200000.0},
        {"annual_amount": "1,200,000"},
        {"phone": "（+86）139-0009-5001"},
        {"influence": "3"},
        {"tier": "特级 "},
        {"orders_per_year": "11次"},
    ],
)
async def test_the_api_reads_what_a_file_reads(crm: Crm, given: dict[str, Any]) -> None:
    told = crm.tried(ROW | given | {"id": "C9502", "organisation": "恒达国内"})
    body = {name: value for name, value in (ROW | given).items() if name != "id"}
    answer = await crm.call("PUT", "C9501", **body)
    (field, value) = next(iter(given.items()))
    if answer.status_code != 200:
        assert answer.status_code == 422
        assert field in answer.json()["error"]
        assert str(value).strip() in answer.json()["error"]
        assert any(form in answer.json()["error"] for form in ("例如", "请写成", "之一", "1 到 5"))
        assert told.startswith("REFUSED")
        return
    assert not told.startswith("REFUSED")
    crm.approve()
    by_api, by_file = await crm.get("C9501"), await crm.get("C9502")
    assert by_api[field] == by_file[field]
    again = await crm.put("C9501", **{name: by_api[name] for name in body})
    assert (again["changed"], again["cleared"], again["kept"]) == ([], [], [])


@pytest.mark.parametrize(
    ("column", "written", "meant"),
    [
        ("tier", "特", "特级"),
        ("tier", "特级客户", "特级"),
        ("tier", "特級", "特级"),
        ("tier", "VIP", None),
        ("tier", "1级", "一级"),
        ("tier", "一級", "一级"),
        ("tier", "特级 ", "特级"),
        ("influence", "３", 3),
        ("influence", "3.0", 3),
        ("influence", "3分", 3),
        ("influence", "高", None),
        ("orders_per_year", "11次", 11),
        ("orders_per_year", "11.0", 11),
        ("orders_per_year", "每月1次", 12),
    ],
)
async def test_small_columns_are_read_rightly_or_refused(crm: Crm, column: str, written: str, meant: Any) -> None:
    assert await kept(crm, column, written) in (meant, "REFUSED")


async def test_an_agent_by_a_name_that_nobody_signs_in_with_is_named(crm: Crm) -> None:
    told = crm.tried(ROW | {"agent": "林涛"})
    assert "林涛" in told


def test_lines_around_the_table_are_passed_over_or_named(crm: Crm) -> None:
    text = table([COMPUTED]) + ",,,,,,,,,,,,\n,,,,,,,,,,,,\n"
    assert "1 contacts saved" in _tried(crm, text)
    for line in ("合计,,,,,3600000,,,,,,,\n", "以上数据截至十一月,,,,,,,,,,,,\n"):
        told = _tried(crm, text + line)
        assert line.split(",")[0] in told or "crm.csv:5: " in told


def test_both_bad_lines_of_a_long_file_are_told_in_one_run(crm: Crm) -> None:
    rows = [COMPUTED | {"id": f"C{at}", "organisation": f"{at}厂", "phone": "", "reason": ""} for at in range(2, 202)]
    rows[55] |= {"influence": "高"}
    rows[138] |= {"annual_amount": "未知"}
    rows[10] |= {"organisation": "11\n厂"}
    told = crm.tried(*rows)
    lines = [line.split(":")[1] for line in told.splitlines()]
    assert lines == ["58", "141"]
    assert crm.scene.read(lambda db: db.execute(select(func.count()).select_from(contacts)).scalar()) == 0
