"""FAQ files: what is read, what is refused and with which sentence, and that writing loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.files.knowledge_files import read_faq_file
from knowledge_base.articles import Article
from knowledge_base.files.catalogue import CatalogueFaults, check, write_faq

RETURN = Article(
    id="return",
    category="退换",
    question="怎么退货",
    similar=("买错了想退", "能退吗"),
    answer="签收后七天内可以退货。\n请保留包装。",
    tiers=("一级", "二级"),
    valid_from=datetime(2026, 10, 31, 16, tzinfo=UTC),
    valid_until=datetime(2026, 12, 31, 16, tzinfo=UTC),
    night_answer="夜间可先在线申请。\n明早审核。",
)
JAM = Article("jam", "故障", "卡纸了怎么办", (), "请关机后取出纸张。")

YAML = """\
- id: return
  category: 退换
  question: 怎么退货
  similar:
    - 买错了想退
    - 能退吗
  answer: |
    签收后七天内可以退货。
    请保留包装。
  tiers: [一级, 二级]
  valid_from: 2026-11-01
  valid_until: 2026-12-31
  night_answer: |
    夜间可先在线申请。
    明早审核。
- id: jam
  category: 故障
  question: 卡纸了怎么办
  answer: 请关机后取出纸张。
"""

CSV = """\
id,category,question,similar,answer,tiers,valid_from,valid_until,night_answer
return,退换,怎么退货,买错了想退|能退吗,"签收后七天内可以退货。
请保留包装。",一级|二级,2026/11/1,2026-12-31,"夜间可先在线申请。
明早审核。"

jam,故障,卡纸了怎么办,,请关机后取出纸张。,,,,
"""

DATE = "must be a date such as 2026-11-01 or an instant such as 2026-11-01T08:00+08:00;"
HEADER = ["id", "category", "question", "similar", "answer", "tiers", "valid_from", "valid_until", "night_answer"]


def read_faq(path: Path) -> tuple[Article, ...]:
    return read_faq_file(path).articles


def sentences(path: Path) -> list[str]:
    """What is said about a faulty file, without its folder."""
    with pytest.raises(CatalogueFaults) as refused:
        read_faq(path)
    assert str(refused.value) == "\n".join(str(fault) for fault in refused.value.faults)
    return [str(fault).replace(str(path), path.name) for fault in refused.value.faults]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def put_workbook(folder: Path, *rows: list[Any], merge: str | None = None) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    path = folder / "faq.xlsx"
    workbook.save(path)
    return path


def yaml_with(**changes: str) -> str:
    fields = {"id": "a", "category": "退换", "question": "怎么退货", "answer": "可以退。"} | changes
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return "- " + "\n  ".join(lines) + "\n"


# ── what is read ──


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faq.yaml", YAML.encode()),
        ("faq.yml", YAML.encode("utf-8-sig")),
        ("faq.csv", CSV.encode()),
        ("faq.csv", CSV.encode("utf-8-sig")),
        ("faq.csv", CSV.encode("gbk")),
        ("faq.CSV", CSV.replace("\n", "\r\n").encode("gbk")),
    ],
)
def test_yaml_and_csv_in_every_encoding_say_the_same(tmp_path: Path, name: str, content: bytes) -> None:
    assert read_faq(put(tmp_path, name, content)) == (RETURN, JAM)


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    first = [
        "return",
        "退换",
        "怎么退货",
        "买错了想退\n能退吗",
        RETURN.answer,
        "一级|二级",
        datetime(2026, 11, 1),  # noqa: DTZ001 -- a workbook knows no zones
        "2026-12-31",
        RETURN.night_answer,
    ]
    path = put_workbook(tmp_path, HEADER, first, [None] * 9, ["jam", "故障", "卡纸了怎么办", None, JAM.answer])
    assert read_faq(path) == (RETURN, JAM)


def test_every_article_knows_its_line(tmp_path: Path) -> None:
    assert dict(read_faq_file(put(tmp_path, "faq.yaml", YAML)).lines) == {"return": 1, "jam": 16}
    assert dict(read_faq_file(put(tmp_path, "faq.csv", CSV)).lines) == {"return": 2, "jam": 6}


def test_ids_that_look_like_numbers_or_dates_stay_as_written(tmp_path: Path) -> None:
    assert read_faq(put(tmp_path, "faq.yaml", yaml_with(id="007")))[0].id == "007"
    assert read_faq(put(tmp_path, "faq.yaml", yaml_with(id="no")))[0].id == "no"
    row = [12.0, "退换", "怎么退货", None, "可以退。"]
    assert read_faq(put_workbook(tmp_path, HEADER, row))[0].id == "12"


@pytest.mark.parametrize("empty", ["", "''", "' '", "~"])
def test_an_empty_night_answer_is_none(tmp_path: Path, empty: str) -> None:
    assert read_faq(put(tmp_path, "faq.yaml", yaml_with(night_answer=empty)))[0].night_answer is None


def test_a_single_question_with_a_single_phrasing_is_enough(tmp_path: Path) -> None:
    assert read_faq(put(tmp_path, "faq.yaml", yaml_with())) == (Article("a", "退换", "怎么退货", (), "可以退。"),)


def test_ten_megabytes_of_answers_are_read_back_the_same(tmp_path: Path) -> None:
    answers = [f"第{number}条。" + "请在订单页点击申请。\n" * 350 + "完" for number in range(1000)]
    long = tuple(Article(f"q{n}", "退换", f"第{n}号怎么退货", (), answer) for n, answer in enumerate(answers))
    path = tmp_path / "faq.csv"
    write_faq(path, long)
    assert path.stat().st_size > 10_000_000
    assert read_faq(path) == long


def test_an_instant_with_an_offset_is_taken_exactly(tmp_path: Path) -> None:
    found = read_faq(put(tmp_path, "faq.yaml", yaml_with(valid_until="2026-11-01T08:00+08:00")))[0]
    assert found.valid_until == datetime(2026, 11, 1, tzinfo=UTC)


def test_hostile_texts_are_kept_as_texts(tmp_path: Path) -> None:
    text = "<script>alert('x')</script> '; DROP TABLE kb_articles; -- 😭 \\u202e"
    rows = f'id,category,question,answer\na,退换,"{text}","{text}\x07"\n'
    found = read_faq(put(tmp_path, "faq.csv", rows))[0]
    assert (found.question, found.answer) == (text, text)


def test_the_sample_content_has_no_faults() -> None:
    sample = Path(__file__).parents[3] / "knowledge_base" / "sample" / "faq.yaml"
    articles = read_faq(sample)
    assert len(articles) >= 60
    assert all(len(article.similar) >= 8 for article in articles)
    assert len({article.category for article in articles}) == 12


# ── what is written ──


@pytest.mark.parametrize("ending", [".yaml", ".yml", ".csv", ".xlsx"])
def test_what_is_written_is_read_back_the_same(tmp_path: Path, ending: str) -> None:
    dangerous = Article(
        id="=1+1",
        category="@退换",
        question="+怎么退货: 一|二",
        similar=("-能退吗 | 真的", r"a\|b", "'=quoted", "# no comment", "null"),
        answer="=cmd|' /C calc'!A0\n\n  第二段：\t“引号”\n'=x",
        tiers=("特级",),
        valid_from=datetime(2026, 11, 1, 3, 4, 5, tzinfo=UTC),
        night_answer="=1+1\n'@ | 夜间",
    )
    quoted = Article("'=2", "故障", "'怎么退", (), "'它'")
    path = tmp_path / f"faq{ending}"
    write_faq(path, [RETURN, JAM, dangerous, quoted])
    assert read_faq(path) == (RETURN, JAM, dangerous, quoted)


def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    write_faq(path, [Article("=1", "+退换", "-怎么退货", ("@能退吗",), "=HYPERLINK(1)")])
    assert path.read_text("utf-8-sig").splitlines()[1] == "'=1,'+退换,'-怎么退货,'@能退吗,'=HYPERLINK(1),,,,"


def test_every_cell_of_a_workbook_is_text(tmp_path: Path) -> None:
    path = tmp_path / "faq.xlsx"
    write_faq(path, [Article("=1", "退换", "怎么退货", (), "=HYPERLINK(1)")])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows(max_col=5) for cell in row if cell.value} == {"s"}


def test_a_text_too_long_for_a_cell_is_refused_not_cut(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFaults) as refused:
        write_faq(tmp_path / "faq.xlsx", [Article("a", "退换", "怎么退货", (), "长" * 32_768)])
    assert refused.value.faults[0].message == (
        "A text of 32,768 characters doesn't fit into a cell of XLSX (32,767); use YAML."
    )


def test_an_unknown_format_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFaults) as refused:
        write_faq(tmp_path / "faq.txt", [JAM])
    assert refused.value.faults[0].message == 'The format ".txt" is unknown; use .yaml, .yml, .csv or .xlsx.'


# ── what is refused: any format ──


@pytest.mark.parametrize("name", ["faq.yaml", "faq.csv", "faq.xlsx"])
@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    assert sentences(put(tmp_path, name, content)) == [
        f"{name}:1: The file is empty; it must hold at least one question."
    ]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "faq.ods", "x")
    assert sentences(path) == ['faq.ods:1: The format ".ods" is unknown; use .yaml, .yml, .csv or .xlsx.']


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert sentences(tmp_path / "faq.yaml") == [
        "faq.yaml:1: The file can't be read (No such file or directory); give the path of a readable file."
    ]


# ── what is refused: YAML ──


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("- id: a\n  question: [\n", "The YAML can't be read here (expected the node content, but found "),
        ("- id: a\n\tcategory: b\n", "The YAML can't be read here (found character '\\t' that cannot start any token"),
        ("- id: 'a\n", "The YAML can't be read here (found unexpected end of stream"),
    ],
)
def test_broken_yaml_is_refused_at_its_line(tmp_path: Path, content: str, sentence: str) -> None:
    (found,) = sentences(put(tmp_path, "faq.yaml", content))
    assert sentence in found
    assert found.endswith("check indentation, colons and quotes.")
    assert found.startswith(("faq.yaml:2: ", "faq.yaml:3: "))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("id: a\n", '1: The file must be a list of questions, each starting with "- id:".'),
        ("# only a comment\n", "1: The file is empty; it must hold at least one question."),
        ("[]\n", '1: The file must be a list of questions, each starting with "- id:".'),
        ("[" * 5000, '1: The file is nested too deeply; it must be a list of questions, each starting with "- id:".'),
        (
            yaml_with() + "- 怎么开发票\n",
            "5: Every item of the list must be a question with the fields id, category, question and answer.",
        ),
        (yaml_with(anwser="x"), '5: The field "anwser" is unknown; did you mean "answer"?'),
        (
            yaml_with(备注="x"),
            f'5: The field "备注" is unknown; known are {", ".join(HEADER)}.',
        ),
        (yaml_with() + "  id: b\n", '5: The field "id" stands there twice in one question; keep one.'),
        (
            yaml_with(answer="{a: b}"),
            '4: "answer" must be one text; put texts that hold ": " or start with [ or { in quotes.',
        ),
        (
            yaml_with(night_answer="[a, b]"),
            '5: "night_answer" must be one text; put texts that hold ": " or start with [ or { in quotes.',
        ),
        (
            yaml_with(similar="[{a: b}]"),
            '5: "similar" must be a list of texts; put texts that hold ": " or start with [ or { in quotes.',
        ),
        (
            "- id: a\n  category: 退换\n  question: 怎么退货\n",
            '1: The field "answer" is missing; write what the customer is to read.',
        ),
        (yaml_with(id="''"), '1: "id" is empty; give the question a short name of its own.'),
        (yaml_with(category=""), '1: "category" is empty; name a topic of the policy.'),
        (yaml_with(question="' '"), '1: "question" is empty; write it as a customer would ask it.'),
        (yaml_with(answer="~"), '1: "answer" is empty; write what the customer is to read.'),
        (yaml_with(question="？？！"), '3: The question "？？！" holds no words; write it as a customer would ask it.'),
        (
            yaml_with(similar="\n    - 能退吗\n    - '...'"),
            '7: The question "..." holds no words; write it as a customer would ask it.',
        ),
        (
            yaml_with(valid_from="soon"),
            f'5: "valid_from" {DATE} found "soon".',
        ),
        (
            yaml_with(valid_until="2026-02-30"),
            f'5: "valid_until" {DATE} found "2026-02-30".',
        ),
        (
            yaml_with(valid_until="2026-11-01T08:00"),
            f'5: "valid_until" {DATE} found "2026-11-01T08:00".',
        ),
        (
            yaml_with(valid_from="2026-11-02", valid_until="2026-11-01"),
            '6: "valid_until" must be later than "valid_from", which is 2026-11-02T00:00:00+08:00.',
        ),
    ],
)
def test_each_fault_of_a_yaml_file_is_said_in_a_whole_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    assert sentences(put(tmp_path, "faq.yaml", content)) == [f"faq.yaml:{sentence}"]


def test_an_id_used_twice_names_both_lines(tmp_path: Path) -> None:
    content = yaml_with() + yaml_with(question="能退吗")
    assert sentences(put(tmp_path, "faq.yaml", content)) == [
        'faq.yaml:5: The id "a" is already used in line 1; give every question an id of its own.'
    ]


def test_one_phrasing_under_two_questions_names_both_lines_however_it_is_dressed(tmp_path: Path) -> None:
    content = yaml_with() + yaml_with(id="b", question="能退吗", similar="[請問，怎麼退貨？]")
    assert sentences(put(tmp_path, "faq.yaml", content)) == [
        'faq.yaml:9: "請問，怎麼退貨？" asks the same as "怎么退货" in line 3; keep it under one question.'
    ]


def test_the_same_phrasing_twice_under_one_question_does_no_harm(tmp_path: Path) -> None:
    assert len(read_faq(put(tmp_path, "faq.yaml", yaml_with(similar="[怎么退货？]")))) == 1


def test_yaml_that_is_not_utf8_is_refused_at_its_line(tmp_path: Path) -> None:
    path = put(tmp_path, "faq.yaml", b"- id: a\n  category: " + "退换".encode("gbk"))
    assert sentences(path) == ["faq.yaml:2: The file is not UTF-8 here; save it as UTF-8."]


def test_a_character_that_yaml_forbids_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "faq.yaml", "- id: a\n  category: \x07\n")
    assert sentences(path) == ["faq.yaml:2: YAML doesn't allow the character U+0007; remove it."]


def test_every_fault_is_found_in_one_pass_in_the_order_of_lines(tmp_path: Path) -> None:
    content = yaml_with(question="？", valid_from="x") + yaml_with(answer="", anwser="x")
    assert [sentence.split(" ")[0] for sentence in sentences(put(tmp_path, "faq.yaml", content))] == [
        "faq.yaml:3:",
        "faq.yaml:5:",
        "faq.yaml:6:",
        "faq.yaml:6:",
        "faq.yaml:10:",
    ]


# ── what is refused: CSV ──


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            "id,categroy,question,answer\na,退换,怎么退货,可以。\n",
            [
                '1: The column "categroy" is unknown; did you mean "category"?',
                '1: The column "category" is missing; the first line must name id, category, question, answer.',
            ],
        ),
        (
            "id,category,question,answer,answer\na,退换,怎么退货,可以。,可以。\n",
            ['1: The column "answer" stands there twice; name every column once.'],
        ),
        (
            "id；category；question；answer\na；退换；怎么退货；可以。\n",
            ['1: The columns are separated by "；"; separate them with commas.'],
        ),
        (
            "\nid\tcategory\tquestion\tanswer\n",
            ["2: The file names its columns but holds no question; it must hold at least one."],
        ),
        (
            "id,category,question,answer\n",
            ["1: The file names its columns but holds no question; it must hold at least one."],
        ),
        (
            "id,category,question,answer\na,退换,怎么退货,可以,真的。\n",
            [
                (
                    "2: The line has 5 cells but the first line names 4 columns; "
                    "put quotes around a cell that holds a comma."
                ),
            ],
        ),
        (
            'id,category,question,answer\na,退换,怎么退货,"可以。\nb,c\n',
            [
                (
                    "2: The CSV can't be read from here on (unexpected end of data); "
                    "check the quotes and double any inside a cell."
                ),
            ],
        ),
        (
            "id,category,question,answer\na,退换,怎么退货\n",
            ['2: "answer" is empty; write what the customer is to read.'],
        ),
        (
            "id,category,question,answer\na,退换,怎么退货,可以。\na,退换,能退吗,可以。\n",
            ['3: The id "a" is already used in line 2; give every question an id of its own.'],
        ),
    ],
)
def test_each_fault_of_a_csv_file_is_said_in_a_whole_sentence(tmp_path: Path, content: str, found: list[str]) -> None:
    assert sentences(put(tmp_path, "faq.csv", content)) == [f"faq.csv:{sentence}" for sentence in found]


def test_one_phrasing_under_two_answers_names_both_lines_of_a_csv(tmp_path: Path) -> None:
    rows = "id,category,question,similar,answer\na,退换,怎么退货,能退吗,可以。\nb,退换,怎么换货,买错|能退吗？,行。\n"
    assert sentences(put(tmp_path, "faq.csv", rows)) == [
        'faq.csv:3: "能退吗？" asks the same as "能退吗" in line 2; keep it under one question.'
    ]


def test_a_csv_in_neither_encoding_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "faq.csv", "id,问".encode("utf-16"))
    assert sentences(path) == ["faq.csv:1: The file is neither UTF-8 nor GBK; save it as UTF-8."]


# ── what is refused: XLSX ──


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "faq.xlsx", b"PK\x03\x04 but nothing more")
    assert sentences(path) == [
        "faq.xlsx:1: The file is no readable XLSX workbook; save it as .xlsx without a password."
    ]


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert sentences(put_workbook(tmp_path)) == ["faq.xlsx:1: The file is empty; it must hold at least one question."]


def test_formulas_and_errors_are_refused_with_their_cell(tmp_path: Path) -> None:
    path = put_workbook(
        tmp_path, HEADER, ["a", "退换", "=A1&B1", None, "可以。"], ["b", "退换", "能退吗", None, "#REF!"]
    )
    assert sentences(path) == [
        "faq.xlsx:2: The cell C2 holds a formula; write plain text.",
        "faq.xlsx:3: The cell E3 holds an error; write plain text.",
    ]


def test_a_merged_heading_is_refused_as_well(tmp_path: Path) -> None:
    path = put_workbook(tmp_path, HEADER, ["a", "退换", "怎么退货", None, "可以。"], merge="F1:H1")
    assert "faq.xlsx:1: The cells F1:H1 are merged; unmerge them so that every row is complete." in sentences(path)


def test_a_question_of_a_workbook_that_is_only_punctuation_is_refused(tmp_path: Path) -> None:
    assert sentences(put_workbook(tmp_path, HEADER, ["a", "退换", "……？！", "能退吗", "可以。"])) == [
        'faq.xlsx:2: The question "……？！" holds no words; write it as a customer would ask it.'
    ]


def test_merged_cells_are_refused_with_their_range(tmp_path: Path) -> None:
    rows = (["a", "退换", "怎么退货", None, "可以。"], ["b", "退换", "能退吗", None, "可以。"])
    assert sentences(put_workbook(tmp_path, HEADER, *rows, merge="F2:F3")) == [
        "faq.xlsx:2: The cells F2:F3 are merged; unmerge them so that every row is complete."
    ]


# ── what the policy must know ──


def test_categories_and_tiers_the_policy_does_not_have_are_named(tmp_path: Path) -> None:
    found = read_faq_file(put(tmp_path, "faq.yaml", YAML))
    said = check(found.articles, ["退换货", "故障"], ["特级", "一级"], file="faq.yaml", lines=found.lines)
    assert [str(fault) for fault in said] == [
        'faq.yaml:1: Question "return": the category "退换" is not in the policy; did you mean "退换货"?',
        'faq.yaml:1: Question "return": the tier "二级" is not in the policy; did you mean "特级"?',
    ]


def test_without_lines_the_question_alone_is_named() -> None:
    (said,) = check([JAM], ["退换"], [])
    assert str(said) == 'Question "jam": the category "故障" is not in the policy; known are 退换.'
