"""A turn is cut into clauses, and a long clause without marks into windows."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from knowledge_base.acts.clauses import LONGEST, clauses_of, windows_of


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("打印机坏了，转人工", ("打印机坏了", "转人工")),
        ("里面噼里啪啦响 闻到烧电线的味", ("里面噼里啪啦响", "闻到烧电线的味")),
        ("好了。谢谢！", ("好了", "谢谢")),
        ("卡纸了但是不急", ("卡纸了", "但是不急")),
        ("发票开了吗顺便问下运费", ("发票开了吗", "顺便问下运费")),
        ("发票开了另外运费多少", ("发票开了", "另外运费多少")),
        ("上门要另外付费吗", ("上门要另外付费吗",)),
        ("不行啊对了我要退货", ("不行啊", "对了我要退货")),
        ("转人工,13800138000", ("转人工,13800138000",)),  # a comma before a digit may stand in a number
        ("转人工，13800138000", ("转人工", "13800138000")),
        ("押金1,299.50元退了吗", ("押金1,299.50元退了吗",)),
        ("it jams again. get me a human", ("it jams again", "get me a human")),
        ("thanks but it still jams", ("thanks", "but it still jams")),
        ("HP LaserJet 1020", ("HP LaserJet 1020",)),
        ("著火了\n快來人", ("著火了", "快來人")),
        ("转人工", ("转人工",)),
        ("！！！", ()),
        ("", ()),
    ],
)
def test_clauses_end_at_marks_spaces_and_conjunctions(text: str, clauses: tuple[str, ...]) -> None:
    assert clauses_of(text) == clauses


def test_a_conjunction_at_the_beginning_cuts_nothing() -> None:
    assert clauses_of("但是还是不行") == ("但是还是不行",)


def test_two_thousand_characters_of_one_clause_become_pieces_that_hold_all_of_it() -> None:
    text = "打印机" * 666 + "着火"
    pieces = clauses_of(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) == LONGEST


def test_of_very_many_fragments_neighbours_stay_together_and_none_is_lost() -> None:
    fragments = [f"第{n}句" for n in range(900)]
    assert clauses_of(" ".join(fragments[:300])) == tuple(fragments[:300])
    found = clauses_of(" ".join(fragments))
    assert len(found) == 300
    assert " ".join(found).split() == fragments


@pytest.mark.parametrize(
    "text", ["啊，" * 1_000, "a b " * 500, "好 " * 1_000, "但是" * 1_000, "。" * 2_000, "1," * 1_000]
)
def test_whatever_is_written_is_cut_in_milliseconds(text: str) -> None:
    began = time.process_time()
    for clause in clauses_of(text):
        windows_of(clause)
    assert time.process_time() - began < 0.1


def test_what_is_dictated_without_marks_is_looked_at_in_windows_that_cover_it() -> None:
    clause = "我那个打印机坏了三天了打电话也没有人接你赶紧给我转个人工我要说说这个事"
    windows = windows_of(clause)
    assert 2 <= len(windows) <= 6
    assert clause.startswith(windows[0])
    assert clause.endswith(windows[-1])
    for window, following in pairwise(windows):
        assert clause.index(following) < clause.index(window) + len(window)
    assert any("转个人工" in window for window in windows)


@pytest.mark.parametrize("length", range(19, LONGEST + 1))
def test_windows_leave_no_end_out(length: int) -> None:
    clause = "".join(chr(0x4E00 + at) for at in range(length))
    windows = windows_of(clause)
    assert len(windows) <= 6
    assert set("".join(windows)) == set(clause)


@pytest.mark.parametrize("clause", ["转人工", "打印机卡纸了怎么办", "please connect me to a human agent right now"])
def test_a_short_clause_and_one_in_latin_letters_have_no_windows(clause: str) -> None:
    assert windows_of(clause) == ()
