"""Customer files and records: read when all is right, otherwise every fault at once, each naming its place."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.files.escalation_files import read_customer_file
from escalation.customers.crm_import import CrmFaults, parse_patch
from escalation.customers.customer_patch import ABSENT, CustomerPatch
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.normalise import normal_phone

YEAR_FIRST = 'expires must be a date with the year first, such as 2027-03-31; found "03/04/2027"'
TIERS = ("特级", "一级", "二级", "三级")
HEADER = "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity,tier,reason,expires"
ZHOU = "C1,江海银行,周文博,13800000001,zhou@example.com,6200000,48,5,4,,,"
MUST_NAME = "the first line must name id."
BROKEN = "The CSV can't be read from here on (unexpected end of data); check the quotes and double any inside a cell."
ALL_COLUMNS = HEADER.replace(",", ", ") + ", agent, preferred_channel, note"
EVIL = ["'; DROP TABLE contacts;--", "<script>alert(1)</script>", "=1+1", '"quoted"', "a,b", "%s{x}"]


def csv_file(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "crm.csv"
    path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
    return path


def xlsx_file(folder: Path, *rows: Sequence[object], header: Sequence[object] = tuple(HEADER.split(","))) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (header, *rows):
        sheet.append(list(row))
    book.save(folder / "crm.xlsx")
    return folder / "crm.xlsx"


def faults_of(path: Path) -> list[str]:
    with pytest.raises(CrmFaults) as caught:
        read_customer_file(path, TIERS)
    assert str(caught.value).split("\n") == [str(fault) for fault in caught.value.faults]
    return [str(fault) for fault in caught.value.faults]


def row(**changes: str) -> str:
    cells = dict(zip(HEADER.split(","), ZHOU.split(","), strict=True)) | changes
    return ",".join(cells.values())


EXPECTED = CustomerRecord("C1", "江海银行", "周文博", 6_200_000, 48, 5, 4, "13800000001", "zhou@example.com")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    assert read_customer_file(csv_file(tmp_path, ZHOU, encoding=encoding), TIERS) == (EXPECTED,)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_may_be_separated_by_semicolons_or_tabs(tmp_path: Path, delimiter: str) -> None:
    path = csv_file(tmp_path, ZHOU.replace(",", delimiter), header=HEADER.replace(",", delimiter))
    assert read_customer_file(path, TIERS) == (EXPECTED,)


def test_an_organisations_own_agent_may_stand_on_any_of_its_lines_and_on_none(tmp_path: Path) -> None:
    other = "C2,江海银行,许雅琴,,,,,,,,,"
    path = csv_file(tmp_path, f"{ZHOU},wang", f"{other},", header=f"{HEADER},agent")
    assert [record.agent for record in read_customer_file(path, TIERS)] == ["wang", "wang"]
    assert [record.agent for record in read_customer_file(csv_file(tmp_path, ZHOU, other), TIERS)] == [None, None]


def test_two_agents_for_one_organisation_are_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, f"{ZHOU},wang", "C2,江海银行,许雅琴,,,,,,,,,,li", header=f"{HEADER},agent")
    assert faults_of(path) == ['crm.csv:3: agent of "江海银行" must be wang as on line 2, or blank; found li.']


def test_windows_line_ends_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "crm.CSV"
    path.write_bytes(f"\r\n{HEADER}\r\n\r\n,,,\r\n{ZHOU}\r\n\r\n".encode())
    assert read_customer_file(path, TIERS) == (EXPECTED,)


def test_a_spreadsheet_is_read_like_a_csv_file(tmp_path: Path) -> None:
    cells = ["C1", "江海银行", "周文博", 13800000001, "zhou@example.com", 6200000.0, 48, 5, "4"]
    path = xlsx_file(tmp_path, [], [*cells, "特级", "框架协议", datetime(2027, 3, 31)])  # noqa: DTZ001 - what Excel holds
    [record] = read_customer_file(path, TIERS)
    assert record.manual == ManualTier("特级", "框架协议", date(2027, 3, 31))
    assert record.phone == "13800000001"
    assert record.annual_amount == 6_200_000


def test_optional_columns_may_be_left_out_and_headers_may_carry_hints(tmp_path: Path) -> None:
    header = "ID,Organisation,contact,Annual Amount,orders_per_year,influence(1-5),Complexity（1-5）,tier(optional)"
    path = csv_file(tmp_path, "C1,小满图文店,潘大勇,46000,8,1,2,", header=header)
    assert read_customer_file(path, TIERS) == (CustomerRecord("C1", "小满图文店", "潘大勇", 46_000, 8, 1, 2),)


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("6200000", 6_200_000),
        ('"6,200,000"', 6_200_000),
        ("６２０００００", 6_200_000),
        ("999999.99", 999_999),
        ("0", 0),
        ("3.2万", 32_000),
        ("120万元", 1_200_000),
        ("1.5亿", 150_000_000),
        ('"¥1,200,000"', 1_200_000),
        ("￥１２０ 万", 1_200_000),
        ("人民币 120.005 万元整", 1_200_050),
    ],
)
def test_amounts_are_read_however_they_are_written(tmp_path: Path, written: str, yuan: int) -> None:
    [record] = read_customer_file(csv_file(tmp_path, row(annual_amount=written)), TIERS)
    assert record.annual_amount == yuan


@pytest.mark.parametrize(
    "written", ["2027-03-31", "2027/3/31", "2027-3-31", "2027.3.31", "2027年3月31日", "20270331", "２０２７／３／３１"]
)
def test_days_are_read_however_they_are_written(tmp_path: Path, written: str) -> None:
    line = row(tier="特级", reason="框架协议", expires=written)
    [record] = read_customer_file(csv_file(tmp_path, line), TIERS)
    assert record.manual == ManualTier("特级", "框架协议", date(2027, 3, 31))


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("(+86)13900008001", "13900008001"),
        ("（86）139 0000 8001", "13900008001"),
        ("13900008001转8001", "13900008001"),
        ("１３９００００８００１", "13900008001"),
        ("010-88880001转8001", "01088880001;ext=8001"),
        ("(010)88880001", "01088880001"),
    ],
)
def test_phones_are_read_however_they_are_written(tmp_path: Path, written: str, dialled: str) -> None:
    [record] = read_customer_file(csv_file(tmp_path, row(phone=written)), TIERS)
    assert record.phone
    assert normal_phone(record.phone) == dialled


def test_headings_may_be_chinese(tmp_path: Path) -> None:
    header = "编号,客户名称,联系人,手机,邮箱,年采购额（元）,年采购次数,影响力,复杂度"
    assert read_customer_file(csv_file(tmp_path, ZHOU[:-3], header=header), TIERS) == (EXPECTED,)


def test_lines_of_one_organisation_share_its_figures(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "C1,江海银行,周文博,,,,48,5,4,特级,,",
        "C2,小满图文店,潘大勇,,,46000,8,1,2,,,",
        "C3,江海　银行,许雅琴,,,6200000,,5,,,框架协议,2027-03-31",
    )
    first, other, second = read_customer_file(path, TIERS)
    manual = ManualTier("特级", "框架协议", date(2027, 3, 31))
    assert first == CustomerRecord("C1", "江海银行", "周文博", 6_200_000, 48, 5, 4, manual=manual)
    assert (second.annual_amount, second.orders_per_year, second.complexity, second.manual) == (
        6_200_000,
        48,
        4,
        manual,
    )
    assert other.manual is None


def test_figures_that_differ_within_one_organisation_name_both_lines(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ZHOU, row(id="C2", annual_amount="5800000", influence="3"))
    assert faults_of(path) == [
        'crm.csv:3: annual_amount of "江海银行" must be 6200000 as on line 2, or blank; found 5800000.',
        'crm.csv:3: influence of "江海银行" must be 5 as on line 2, or blank; found 3.',
    ]


@pytest.mark.parametrize("evil", EVIL)
def test_sql_html_and_formulas_in_a_csv_file_are_text(tmp_path: Path, evil: str) -> None:
    quoted = '"' + evil.replace('"', '""') + '"'
    line = row(id=quoted, organisation=quoted, contact=quoted, tier="特级", reason=quoted, expires="2027-03-31")
    [record] = read_customer_file(csv_file(tmp_path, line), TIERS)
    assert record.manual
    assert {record.id, record.organisation, record.contact, record.manual.reason} == {evil}


def test_invisible_characters_and_line_breaks_do_not_reach_a_name(tmp_path: Path) -> None:
    [record] = read_customer_file(csv_file(tmp_path, row(contact='"\u200b周\u202e文博\n（财务）"')), TIERS)
    assert record.contact == "周文博 （财务）"


@pytest.mark.parametrize(
    ("field", "cell", "sentence"),
    [
        ("id", "", "id must be given."),
        ("organisation", "", "organisation must be given."),
        ("contact", "\u200b", "contact must be given."),
        ("contact", "周\x07文博", 'contact must not contain control characters; found "周\\u0007文博".'),
        ("id", "C" * 65, "id must have at most 64 characters; found 65."),
        ("contact", "周" * 201, "contact must have at most 200 characters; found 201."),
        ("phone", "12", 'phone must be a phone number such as 13800000001 or 010-88880001; found "12".'),
        (
            "phone",
            "1380000000",
            'phone must be a phone number such as 13800000001 or 010-88880001; found "1380000000".',
        ),
        ("phone", "1.38E+10", 'phone must be a phone number such as 13800000001 or 010-88880001; found "1.38E+10".'),
        (
            "phone",
            "请拨打总机",
            'phone must be a phone number such as 13800000001 or 010-88880001; found "请拨打总机".',
        ),
        ("email", "zhou", 'email must be an e-mail address such as name@example.com; found "zhou".'),
        ("email", "a@b", 'email must be an e-mail address such as name@example.com; found "a@b".'),
        ("email", "<a@b.cn>", 'email must be an e-mail address such as name@example.com; found "<a@b.cn>".'),
        ("annual_amount", "", "annual_amount must be given, such as 6200000."),
        ("annual_amount", "很多", 'annual_amount must be yuan per year such as 6200000 or 6,200,000; found "很多".'),
        (
            "annual_amount",
            "1.200.000",
            'annual_amount must not have dots between thousands; write 1200000 or 1,200,000; found "1.200.000".',
        ),
        ("annual_amount", "-1", 'annual_amount must be yuan per year such as 6200000 or 6,200,000; found "-1".'),
        ("annual_amount", "NaN", 'annual_amount must be yuan per year such as 6200000 or 6,200,000; found "NaN".'),
        (
            "annual_amount",
            '"62,00"',
            'annual_amount must be yuan per year such as 6200000 or 6,200,000; found "62,00".',
        ),
        (
            "annual_amount",
            "9" * 50,
            f'annual_amount must be yuan per year such as 6200000 or 6,200,000; found "{"9" * 40}…".',
        ),
        ("orders_per_year", "4.5", 'orders_per_year must be a whole number of orders such as 48; found "4.5".'),
        ("influence", "6", 'influence must be a whole number from 1 to 5; found "6".'),
        ("influence", "0", 'influence must be a whole number from 1 to 5; found "0".'),
        ("complexity", "高", 'complexity must be a whole number from 1 to 5; found "高".'),
        ("reason", "框架协议", "reason must be left blank without a tier."),
        ("expires", "2027-03-31", "expires must be left blank without a tier."),
    ],
)
def test_a_faulty_cell_names_its_line_and_what_would_be_right(
    tmp_path: Path, field: str, cell: str, sentence: str
) -> None:
    good = row(id="C0", organisation="小满图文店")
    assert faults_of(csv_file(tmp_path, good, row(**{field: cell}))) == [f"crm.csv:3: {sentence}"]


@pytest.mark.parametrize(
    ("tier", "reason", "expires", "sentences"),
    [
        ("特级", "", "2027-03-31", ["reason must be given with a tier: the reason in words."]),
        ("特级", "框架协议", "", ["expires must be given with a tier: its last day, such as 2027-03-31."]),
        (
            "特级",
            "",
            "",
            [
                "reason must be given with a tier: the reason in words.",
                "expires must be given with a tier: its last day, such as 2027-03-31.",
            ],
        ),
        ("金卡", "老系统", "2027-03-31", ['tier must be one of 特级, 一级, 二级, 三级; found "金卡".']),
        ("特级", "框架协议", "31.3.2027", ['expires must be a date such as 2027-03-31; found "31.3.2027".']),
        ("特级", "框架协议", "2027-02-30", ['expires must be a date such as 2027-03-31; found "2027-02-30".']),
        ("特级", "框架协议", "2027-3/31", ['expires must be a date such as 2027-03-31; found "2027-3/31".']),
        (
            "特级",
            "框架协议",
            "03/04/2027",
            [f"{YEAR_FIRST}, which can be read two ways."],
        ),
    ],
)
def test_a_manual_tier_needs_a_reason_and_an_end(
    tmp_path: Path, tier: str, reason: str, expires: str, sentences: list[str]
) -> None:
    path = csv_file(tmp_path, row(tier=tier, reason=reason, expires=expires))
    assert faults_of(path) == [f"crm.csv:2: {sentence}" for sentence in sentences]


def test_every_fault_of_a_file_is_told_in_one_pass_and_in_order(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        row(influence="9", phone="x"),
        "",
        row(id="C2", organisation="小满图文店", annual_amount=""),
        row(id="C2", organisation="拾光设计工作室"),
    )
    assert faults_of(path) == [
        'crm.csv:2: phone must be a phone number such as 13800000001 or 010-88880001; found "x".',
        'crm.csv:2: influence must be a whole number from 1 to 5; found "9".',
        "crm.csv:4: annual_amount must be given, such as 6200000.",
        "crm.csv:5: id C2 must be used once; line 4 already has it.",
    ]


def test_a_figure_missing_on_every_line_of_an_organisation_is_one_fault(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(annual_amount=""), row(id="C2", annual_amount=""))
    assert faults_of(path) == ['crm.csv:2: annual_amount must be given on one line of "江海银行", such as 6200000.']


def test_a_fault_below_a_cell_of_several_lines_names_the_right_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(contact='"周\n文\n博"'), row(id="C2", influence="9"))
    assert faults_of(path) == ['crm.csv:5: influence must be a whole number from 1 to 5; found "9".']


def test_a_cell_too_many_hints_at_the_missing_quotes(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "C1,江海银行,周文博,13800000001,zhou@example.com,6,200,3,3,3,,,2027-03-31,x")
    assert (
        "crm.csv:2: The line has 14 cells but the first line names 12 columns; "
        "put quotes around a cell that holds a comma."
    ) in faults_of(path)


def test_a_header_tells_everything_that_is_wrong_with_it(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ZHOU, header="organisation,contact,phone,phone,annual_amuont,orders_per_year,favourite")
    assert faults_of(path) == [
        'crm.csv:1: The column "annual_amuont" is unknown; did you mean "annual_amount"?',
        f'crm.csv:1: The column "favourite" is unknown; known are {ALL_COLUMNS}.',
        'crm.csv:1: The column "phone" stands there twice; name every column once.',
        f'crm.csv:1: The column "id" is missing; {MUST_NAME}',
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(content)
    assert faults_of(path) == ["crm.csv:1: The file is empty; it must hold at least one customer."]


def test_a_header_alone_is_no_customer_file(tmp_path: Path) -> None:
    assert faults_of(csv_file(tmp_path)) == [
        "crm.csv:1: The file names its columns but holds no customer; it must hold at least one."
    ]


def test_an_open_quotation_mark_is_told_beside_the_faults_above_it(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(influence="9"), row(id="C2", contact='"许雅琴'), row(id="C3"))
    assert faults_of(path) == [
        'crm.csv:2: influence must be a whole number from 1 to 5; found "9".',
        f"crm.csv:3: {BROKEN}",
    ]


def test_a_file_in_no_known_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(f"{HEADER}\n{ZHOU}\n".encode() + b"C2,\xff\xff\n")
    assert faults_of(path) == ["crm.csv:3: The file is neither UTF-8 nor GBK; save it as UTF-8."]


def test_one_broken_byte_does_not_turn_utf_8_names_into_others(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(f"{HEADER}\n{ZHOU}\n".encode() + row(id="C2").encode().replace("博".encode(), b"\xb2\xa9"))
    assert faults_of(path) == ["crm.csv:3: The file is neither UTF-8 nor GBK; save it as UTF-8."]


def test_bytes_that_are_neither_utf_8_nor_gbk_name_their_line(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(f"{HEADER}\n{ZHOU}\n".encode("gbk") + b"C2,\xff\xff\n")
    assert faults_of(path) == ["crm.csv:3: The file is neither UTF-8 nor GBK; save it as UTF-8."]


def test_a_file_that_is_missing_or_of_another_kind_is_told_so(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "none.csv") == [
        "none.csv:1: The file can't be read (No such file or directory); give the path of a readable file."
    ]
    other = tmp_path / "crm.xls"
    other.write_bytes(b"x")
    assert faults_of(other) == ['crm.xls:1: The format ".xls" is unknown; use .csv or .xlsx.']


def test_formulas_and_errors_in_a_spreadsheet_are_no_values(tmp_path: Path) -> None:
    cells = ["C1", "江海银行", "周文博", "=A1", "zhou@example.com", "=SUM(F3:F9)", "#N/A", 5, 4]
    assert faults_of(xlsx_file(tmp_path, cells)) == [
        "crm.xlsx:2: The cell D2 holds a formula; write plain text.",
        "crm.xlsx:2: The cell F2 holds a formula; write plain text.",
        "crm.xlsx:2: The cell G2 holds an error; write plain text.",
    ]


def test_a_spreadsheet_names_its_rows_as_excel_counts_them(tmp_path: Path) -> None:
    good = ["C1", "江海银行", "周文博", None, None, 6_200_000, 48, 5, 4]
    path = xlsx_file(tmp_path, good, [], ["C2", "小满图文店", "潘大勇", None, None, 46_000, True, 1.5, 2])
    assert faults_of(path) == [
        'crm.xlsx:4: orders_per_year must be a whole number of orders such as 48; found "True".',
        'crm.xlsx:4: influence must be a whole number from 1 to 5; found "1.5".',
    ]


def test_what_only_calls_itself_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    sentence = ["crm.xlsx:1: The file is no readable XLSX workbook; save it as .xlsx without a password."]
    path = tmp_path / "crm.xlsx"
    path.write_bytes(b"id,organisation")
    assert faults_of(path) == sentence
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert faults_of(path) == sentence
    with zipfile.ZipFile(xlsx_file(tmp_path, ["C1"])) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2])
    assert faults_of(path) == sentence


FIELDS = {
    "id": "C1",
    "organisation": "江海银行",
    "contact": "周文博",
    "phone": "13800000001",
    "email": "zhou@example.com",
    "annual_amount": 6_200_000,
    "orders_per_year": 48,
    "influence": 5,
    "complexity": 4,
}


def test_a_json_record_is_read_under_the_same_names() -> None:
    expected = CustomerPatch(**FIELDS)
    assert parse_patch(FIELDS, TIERS) == expected
    as_text = FIELDS | {"annual_amount": "6,200,000", "influence": 5.0}
    assert parse_patch(as_text, TIERS) == expected
    by_hand = FIELDS | {"tier": "特级", "reason": "框架协议", "expires": "2027-03-31"}
    assert parse_patch(by_hand, TIERS).manual == ManualTier("特级", "框架协议", date(2027, 3, 31))


def test_a_json_record_tells_what_is_absent_from_what_is_blank() -> None:
    patch = parse_patch({"id": "C1", "phone": None, "email": "", "tier": None}, TIERS)
    assert (patch.phone, patch.email, patch.manual) == (None, None, None)
    assert (patch.contact, patch.organisation, patch.annual_amount, patch.agent) == (ABSENT, ABSENT, ABSENT, ABSENT)


def test_a_faulty_json_record_names_its_fields() -> None:
    record = FIELDS | {
        "influence": 9,
        "id": " ",
        "phone": ["1"],
        "orders_per_year": True,
        "amount": 5,
        "tier": "特级",
    }
    with pytest.raises(CrmFaults) as caught:
        parse_patch(record, TIERS)
    assert [(fault.field, str(fault)) for fault in caught.value.faults] == [
        ("phone", "phone must be text or a number."),
        ("orders_per_year", "orders_per_year must be text or a number."),
        ("amount", '"amount" is not a field; did you mean "annual_amount"?'),
        ("influence", 'influence must be a whole number from 1 to 5; found "9".'),
        ("id", "id must be given."),
        ("reason", "reason must be given with a tier: the reason in words."),
        ("expires", "expires must be given with a tier: its last day, such as 2027-03-31."),
    ]


def test_an_empty_json_record_lacks_its_id() -> None:
    with pytest.raises(CrmFaults) as caught:
        parse_patch({}, TIERS)
    assert [fault.field for fault in caught.value.faults] == ["id"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300, -5, 10**40])
def test_numbers_that_are_no_amount_are_refused(number: float) -> None:
    with pytest.raises(CrmFaults, match=r"^annual_amount must be yuan per year such as 6200000 or 6,200,000; found"):
        parse_patch(FIELDS | {"annual_amount": number}, TIERS)


@pytest.mark.parametrize("evil", EVIL)
def test_sql_and_html_in_a_json_record_are_text(evil: str) -> None:
    record = parse_patch(FIELDS | {"id": evil, "organisation": evil, "contact": evil}, TIERS)
    assert (record.id, record.organisation, record.contact) == (evil, evil, evil)


def test_a_remark_has_lines_and_is_not_endless() -> None:
    assert parse_patch({"id": "C1", "note": " 下午再打 \n\n找前台 "}, TIERS).note == "下午再打\n\n找前台"
    for endless, found in (("甲" * 501, 501), ("甲\n" * 300, 599)):
        with pytest.raises(CrmFaults) as refused:
            parse_patch({"id": "C1", "note": endless}, TIERS)
        told = [fault.message for fault in refused.value.faults]
        assert told == [f"note must have at most 500 characters; found {found}."]
