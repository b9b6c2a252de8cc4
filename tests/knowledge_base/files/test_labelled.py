"""Lists of phrasings and labelled messages: what is read, what is refused and with which sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.knowledge_files import read_knowledge_file, read_message_file
from knowledge_base.articles import Article
from knowledge_base.files.catalogue import write_faq
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.files.labelled import LabelledMessage

RETURN = Article("return", "", "怎么退货", ("买错了想退",), "")
JAM = Article("jam", "", "卡纸了怎么办", (), "")
PHRASINGS = "id,question\nreturn,怎么退货\njam,卡纸了怎么办\nreturn,买错了想退\n"
MESSAGES = 'text,expected\n能退吗,return\n"今天,天气好",\n'
KNOWN = ("return", "jam")

TOO_MANY = "The line has 3 cells but the first line names 2 columns; put quotes around a cell that holds a comma."
BROKEN = "The CSV can't be read from here on (unexpected end of data); check the quotes and double any inside a cell."
UNKNOWN = 'The knowledge base has no question "weather"; leave it empty if nothing there answers the message.'


def put(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults_of_knowledge(folder: Path, content: str | bytes) -> list[str]:
    path = put(folder, content)
    with pytest.raises(CatalogueFaults) as refused:
        read_knowledge_file(path)
    return [str(fault).replace(str(path), path.name) for fault in refused.value.faults]


def faults_of_messages(folder: Path, content: str | bytes) -> list[str]:
    path = put(folder, content)
    with pytest.raises(CatalogueFaults) as refused:
        read_message_file(path, KNOWN)
    return [str(fault).replace(str(path), path.name) for fault in refused.value.faults]


def test_phrasings_of_one_id_become_one_question_asked_first_as_it_stands_first(tmp_path: Path) -> None:
    assert read_knowledge_file(put(tmp_path, PHRASINGS)) == (RETURN, JAM)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_all_three_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    assert read_knowledge_file(put(tmp_path, PHRASINGS.encode(encoding))) == (RETURN, JAM)
    assert read_message_file(put(tmp_path, MESSAGES.encode(encoding)), KNOWN) == (
        LabelledMessage("能退吗", "return"),
        LabelledMessage("今天,天气好", None),
    )


def test_columns_may_stand_in_any_order_beside_others_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    assert read_knowledge_file(
        put(tmp_path, "Question, source ,ID\r\n怎么退货,网页,return\r\n\r\n卡纸了,,jam\r\n")
    ) == (
        Article("return", "", "怎么退货", (), ""),
        Article("jam", "", "卡纸了", (), ""),
    )
    assert read_message_file(put(tmp_path, "expected,text\nreturn,能退吗\n"), KNOWN) == (
        LabelledMessage("能退吗", "return"),
    )


def test_a_line_that_ends_early_expects_nothing(tmp_path: Path) -> None:
    assert read_message_file(put(tmp_path, "text,expected\n在吗\n"), KNOWN) == (LabelledMessage("在吗", None),)


@pytest.mark.parametrize("name", ["faq.yaml", "faq.csv", "faq.xlsx"])
def test_our_own_faq_files_are_read_too(tmp_path: Path, name: str) -> None:
    own = (Article("return", "退换", "怎么退货", ("买错了想退",), "七天内可以退货。"),)
    write_faq(tmp_path / name, own)
    assert read_knowledge_file(tmp_path / name) == own


def test_a_faulty_list_of_phrasings_is_refused_with_every_line(tmp_path: Path) -> None:
    assert faults_of_knowledge(tmp_path, "id,question\n,怎么退货\njam,\njam,卡纸,又卡纸\n") == [
        'file.csv:2: "id" is empty; give the id of the question that this phrasing asks.',
        'file.csv:3: "question" is empty; write it as a customer would ask it.',
        f"file.csv:4: {TOO_MANY}",
    ]
    assert faults_of_knowledge(tmp_path, "name,question\njam,卡纸\n") == [
        'file.csv:1: The column "id" is missing; the first line must name id, question.'
    ]
    assert faults_of_knowledge(tmp_path, "id,question\n") == [
        "file.csv:1: The file names its columns but holds no question; it must hold at least one."
    ]
    assert faults_of_knowledge(tmp_path, "\n") == ["file.csv:1: The file is empty; it must hold at least one question."]
    assert faults_of_knowledge(tmp_path, b"\xff\xff\xff") == [
        "file.csv:1: The file is neither UTF-8 nor GBK; save it as UTF-8."
    ]


def test_an_faq_file_that_lacks_a_column_is_told_so_as_an_faq_file(tmp_path: Path) -> None:
    assert faults_of_knowledge(tmp_path, "id,question,answer\njam,卡纸,请关机。\n") == [
        'file.csv:1: The column "category" is missing; the first line must name id, category, question, answer.'
    ]


def test_faulty_messages_are_refused_with_every_line(tmp_path: Path) -> None:
    assert faults_of_messages(tmp_path, "text,expected\n ,jam\n怎么退,retrun\n你好,weather\n你好,weather\n") == [
        'file.csv:2: "text" is empty; write what the customer wrote.',
        'file.csv:3: The knowledge base has no question "retrun"; did you mean "return"?',
        f"file.csv:4: {UNKNOWN}",
        f"file.csv:5: {UNKNOWN}",
    ]
    assert faults_of_messages(tmp_path, "question,answer\n卡纸,jam\n") == [
        'file.csv:1: The column "text" is missing; the first line must name text, expected.',
        'file.csv:1: The column "expected" is missing; the first line must name text, expected.',
    ]
    assert faults_of_messages(tmp_path, "text,expected\n") == [
        "file.csv:1: The file names its columns but holds no message; it must hold at least one."
    ]
    assert faults_of_messages(tmp_path, "") == ["file.csv:1: The file is empty; it must hold at least one message."]
    assert faults_of_messages(tmp_path, 'text,expected\n"能退吗,return\n') == [f"file.csv:2: {BROKEN}"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "gone.csv"
    sentence = f"{missing}:1: The file can't be read (No such file or directory); give the path of a readable file."
    with pytest.raises(CatalogueFaults) as refused:
        read_message_file(missing, KNOWN)
    assert str(refused.value) == sentence
    with pytest.raises(CatalogueFaults) as refused:
        read_knowledge_file(missing)
    assert str(refused.value) == sentence
