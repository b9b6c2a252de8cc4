"""Labelled talks are read, and what is heard in them is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.later_turns import FOLDER, Found, LabelledTurn, count, labelled_turns
from knowledge_base.acts.act_files import SHIPPED, read_acts

pytestmark = pytest.mark.rules

TALK = """## 小票机 / 急性子
> 您好，请问有什么可以帮您？
小票机不吐纸，后面排了七八个人{urgency}
> 现在有烟、焦味或者有人受伤吗？
没烟没味{no}，好了{withdrawal,thanks} 灯亮{?danger}
"""


def test_that_labels_are_taken_out_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "talks_1.txt").write_text(TALK, encoding="utf-8")
    assert list(labelled_turns(tmp_path / "talks_1.txt")) == [
        LabelledTurn("小票机不吐纸，后面排了七八个人", True, frozenset({"urgency"}), frozenset()),
        LabelledTurn("没烟没味，好了 灯亮", False, frozenset({"no", "withdrawal", "thanks"}), frozenset({"danger"})),
    ]


def test_that_what_is_heard_is_counted_right_false_and_not_at_all_where_it_may_be_meant() -> None:
    turns = [
        LabelledTurn("好了", False, frozenset({"withdrawal"}), frozenset()),
        LabelledTurn("网络是正常的", False, frozenset(), frozenset()),
        LabelledTurn("灯亮了", False, frozenset(), frozenset({"withdrawal"})),
        LabelledTurn("不用来了", False, frozenset({"withdrawal"}), frozenset()),
    ]
    heard = [frozenset({"withdrawal"})] * 3 + [frozenset[str]()]
    assert count("withdrawal", turns, heard) == Found(performed=2, heard=1, false=1)


def test_that_the_labels_of_all_files_are_acts() -> None:
    acts = {act.id for act in read_acts(SHIPPED)}
    found = {act for path in FOLDER.glob("talks_*.txt") for turn in labelled_turns(path) for act in turn.acts}
    assert found
    assert found <= acts
