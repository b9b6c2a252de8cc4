"""Messages that must keep their answers: their file, and what is said when an answer is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.knowledge_files import read_regression_file
from knowledge_base.articles import Article
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.matching.decide import Answered, Presumed, Unknown, Unsure, Verdict
from knowledge_base.matching.ranking import Candidate
from knowledge_base.revisions.regressions import Regression, failure_of, write_regressions

KNOWN = ("invoice-normal", "invoice-special", "jam")
FILE = "text,expected\n发票怎么开,invoice-normal\n卡纸了,jam\n讲个笑话,\n"
WANTED = (Regression("发票怎么开", "invoice-normal"), Regression("卡纸了", "jam"), Regression("讲个笑话", None))


def put(folder: Path, content: str | bytes) -> Path:
    path = folder / "kept.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sentences(path: Path) -> list[str]:
    with pytest.raises(CatalogueFaults) as refused:
        read_regression_file(path, KNOWN)
    return [str(fault).replace(str(path), path.name) for fault in refused.value.faults]


# ── the file ──


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk"])
def test_a_file_says_the_same_in_every_encoding(tmp_path: Path, charset: str) -> None:
    assert read_regression_file(put(tmp_path, FILE.encode(charset)), KNOWN) == WANTED


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    write_regressions(path, WANTED)
    assert read_regression_file(path, KNOWN) == WANTED


def test_it_is_written_as_csv_only(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFaults) as refused:
        write_regressions(tmp_path / "kept.xlsx", WANTED)
    assert refused.value.faults[0].message == 'The format ".xlsx" is unknown; use .csv.'


def test_an_unknown_question_is_named_with_its_line(tmp_path: Path) -> None:
    assert sentences(put(tmp_path, "text,expected\n卡纸了,jam\n发票怎么开,invoice-norml\n")) == [
        'kept.csv:3: The knowledge base has no question "invoice-norml"; did you mean "invoice-normal"?'
    ]


def test_an_empty_text_is_named_with_its_line(tmp_path: Path) -> None:
    assert sentences(put(tmp_path, "text,expected\n,jam\n")) == [
        'kept.csv:2: "text" is empty; write what the customer wrote.'
    ]


def test_a_text_without_words_is_named_with_its_line(tmp_path: Path) -> None:
    assert sentences(put(tmp_path, "text,expected\n？？！,jam\n")) == [
        'kept.csv:2: The message "？？！" holds no words; write what the customer wrote.'
    ]


def test_a_message_that_stands_there_twice_names_both_lines(tmp_path: Path) -> None:
    assert sentences(put(tmp_path, "text,expected\n卡纸了,jam\n\n请问卡紙了？,\n")) == [
        'kept.csv:4: "请问卡紙了？" says the same as "卡纸了" in line 2; keep one of them.'
    ]


def test_a_file_in_neither_encoding_is_refused(tmp_path: Path) -> None:
    assert sentences(put(tmp_path, FILE.encode("utf-16"))) == [
        "kept.csv:1: The file is neither UTF-8 nor GBK; save it as UTF-8."
    ]


# ── the judgement ──


def candidate(name: str) -> Candidate:
    return Candidate(Article(name, "发票", name, (), "答"), name, 0.9, exact=False)


@pytest.mark.parametrize(
    ("expected", "verdict", "said"),
    [
        ("jam", Answered(candidate("jam")), None),
        ("jam", Presumed(candidate("jam")), None),
        (None, Presumed(candidate("jam")), '"发票怎么开" must not be answered; revision would answer it by jam.'),
        (
            "invoice-normal",
            Presumed(candidate("jam")),
            '"发票怎么开" must be answered by invoice-normal; revision would answer it by jam.',
        ),
        (None, Unknown(), None),
        (None, Unsure((candidate("jam"),)), None),
        (
            "invoice-normal",
            Answered(candidate("invoice-special")),
            '"发票怎么开" must be answered by invoice-normal; revision would answer it by invoice-special.',
        ),
        (
            "invoice-normal",
            Unsure((candidate("invoice-special"), candidate("invoice-normal"))),
            (
                '"发票怎么开" must be answered by invoice-normal; '
                "revision would only suggest invoice-special, invoice-normal."
            ),
        ),
        (
            "invoice-normal",
            Unknown(),
            '"发票怎么开" must be answered by invoice-normal; revision would not answer it.',
        ),
        (
            "gone",
            Unknown(),
            '"发票怎么开" must be answered by gone; revision has no such question.',
        ),
        (None, Answered(candidate("jam")), '"发票怎么开" must not be answered; revision would answer it by jam.'),
    ],
)
def test_a_verdict_is_as_it_must_be_or_the_sentence_says_what_happens_instead(
    expected: str | None, verdict: Verdict, said: str | None
) -> None:
    assert failure_of(Regression("发票怎么开", expected), verdict, KNOWN) == said
