"""The measurement of talks: transcripts for those who judge, and what it counts of their judgements."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.talks import BLIND, JudgementFault, measure
from bot.cli.talk_stage import talk_paths, talks_of
from bot.rules import Rules

TALKS = """\
talk: 要人工
start: 2026-11-23 10:05
turns:
  - says: 转人工
---
talk: 问好
start: 2026-11-23 10:05
customer: 二级
turns:
  - says: 你好
  - says: 谢谢
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "talks_test_a.yaml").write_text(TALKS, encoding="utf-8")
    return tmp_path


def judgement(first: str, second: str) -> str:
    return f"commit: '0'\ntalks:\n  要人工: {{{first}}}\n  问好: {{{second}}}\n"


def test_each_talk_has_a_transcript_and_the_terminal_has_figures_alone(
    rules: Rules, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measure("test", folder / "out", folder, (rules, ()))
    transcripts = sorted((folder / "out").glob("*.txt"))
    assert (found["talks"], found["turns"], found["broken"], len(transcripts)) == (2, 3, 0, 2)
    assert "转人工" in transcripts[0].read_text(encoding="utf-8")
    assert "转人工" not in capsys.readouterr().out


def test_shares_are_counted_by_each_hand_with_their_disagreement(rules: Rules, folder: Path) -> None:
    one = judgement("fault: '', title: good, queue: right", "fault: '', title: none, queue: wrong")
    other = judgement("fault: too late, title: poor, queue: right", "fault: '', title: none, queue: none")
    (folder / "judged_test_1.yaml").write_text(one, encoding="utf-8")
    (folder / "judged_test_2.yaml").write_text(other, encoding="utf-8")
    found = {name: each[:2] for name, each in measure("test", folder / "out", folder, (rules, ()))["judged"].items()}
    assert found["without a fault, hand 1"] == [2, 2]
    assert found["without a fault, hand 2"] == [1, 2]
    assert found["title found meaningful, hand 2"] == [0, 1]
    assert found["queue right, 三级, hand 1"] == [1, 1]
    assert found["queue right, all, hand 1"] == [1, 2]
    assert found["without a fault by both"] == [1, 2]
    assert found["hands differ on a fault"] == [1, 2]


def test_a_judgement_of_other_talks_is_refused(rules: Rules, folder: Path) -> None:
    text = "commit: '0'\ntalks:\n  要人工: {fault: '', title: good, queue: right}\n"
    (folder / "judged_test_1.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(JudgementFault, match="1 not judged, 0 unknown"):
        measure("test", folder / "out", folder, (rules, ()))


def test_a_form_not_filled_in_is_refused(rules: Rules, folder: Path) -> None:
    measure("test", folder / "out", folder, (rules, ()))
    (folder / "judged_test_2.yaml").write_bytes((folder / "out" / "judgement.yaml").read_bytes())
    with pytest.raises(JudgementFault, match="judgement 1 is not filled in"):
        measure("test", folder / "out", folder, (rules, ()))


@pytest.mark.parametrize("half", ["dev", "test"])
def test_the_blind_talks_can_be_read_and_have_names_of_their_own(half: str) -> None:
    talks = talks_of(str(path) for path in talk_paths([str(BLIND)]) if path.name.startswith(f"talks_{half}_"))
    assert len({talk.name for talk in talks}) == len(talks) >= (80 if half == "test" else 20)
