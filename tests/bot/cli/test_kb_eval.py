"""`jiedai kb eval` runs from any folder, writes nothing but the picture, and speaks to people and programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.cli import kb_eval
from bot.cli.parser import main
from tests.bot.cli.conftest import Terminal

KB = "id,question\nreturn,怎么退货\nreturn,买错了想退\njam,卡纸了怎么办\n"
QUERIES = "text,expected\n怎么退货,return\n卡纸了怎么办？,jam\nqwxz,\n"
KEYS = ["questions", "phrasings", "messages", "top1", "recall_at_3", "mrr_at_3", "oos_auroc", "answered", "precision",
        "presumed", "presumed_right", "suggested_hit", "load_s", "p50_ms", "p99_ms", "encoder"]  # fmt: skip


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command for two small files, in a folder that holds nothing else."""
    (tmp_path / "kb.csv").write_text(KB, encoding="utf-8")
    (tmp_path / "queries.csv").write_text(QUERIES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kb_eval, "encoders_of", lambda settings: ())
    return ["kb", "eval", "--kb", "kb.csv", "--queries", "queries.csv"]


def test_for_a_program_it_prints_the_figures_and_nothing_else(terminal: Terminal, words: list[str]) -> None:
    found = json.loads(terminal.run(*words, "--json"))
    assert list(found) == KEYS
    assert (found["questions"], found["phrasings"], found["messages"]) == (2, 3, 3)
    assert (found["top1"], found["recall_at_3"], found["mrr_at_3"], found["oos_auroc"]) == (1.0, 1.0, 1.0, 1.0)
    assert (found["answered"], found["precision"], found["suggested_hit"]) == (0.6667, 1.0, None)
    assert found["load_s"] >= 0
    assert found["p99_ms"] >= found["p50_ms"] >= 0


class PaperEncoder:
    """Takes sentences of one length to mean the same."""

    def encode(self, sentences: Sequence[str]) -> Any:
        return np.stack([np.eye(64, dtype=np.float32)[len(sentence) % 64] for sentence in sentences])

    def name(self) -> str:
        return "paper 1.0"


def test_the_encoder_that_was_asked_is_named(
    terminal: Terminal, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(terminal.run(*words, "--json"))["encoder"] is None
    monkeypatch.setattr(kb_eval, "encoders_of", lambda settings: (PaperEncoder(),))
    assert json.loads(terminal.run(*words, "--json"))["encoder"] == "paper 1.0"
    assert "encoder: paper 1.0" in terminal.run(*words)


def test_for_a_person_it_ends_with_a_sentence(terminal: Terminal, words: list[str]) -> None:
    printed = terminal.run(*words)
    assert "3 messages, 2 questions, 3 phrasings" in printed
    assert printed.splitlines()[-1].endswith(
        "the bot answers 66.7 % of these messages, and 100.0 % of its answers are right: the target of 95 % is reached."
    )


def test_with_development_messages_it_says_where_the_threshold_comes_from(terminal: Terminal, words: list[str]) -> None:
    Path("dev.csv").write_text("text,expected\n怎么退货,return\n", encoding="utf-8")
    assert "as chosen on the development messages" in terminal.run(*words, "--dev", "dev.csv").splitlines()[-1]
    Path("queries.csv").write_text("text,expected\nqwxz,\n", encoding="utf-8")
    assert terminal.run(*words, "--dev", "dev.csv").splitlines()[-1] == (
        "Answering only what is asked word for word, as chosen on the development messages, "
        "the bot would answer none of these messages."
    )


@pytest.mark.usefixtures("no_folder")
def test_nothing_is_left_behind_but_the_picture(terminal: Terminal, words: list[str], tmp_path: Path) -> None:
    terminal.run(*words, "--json", "--picture", "figures.svg")
    assert "The picture is in figures.html." in terminal.run(*words, "--picture", "figures.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.html", "figures.svg", "kb.csv", "queries.csv"]
    assert Path("figures.svg").read_text(encoding="utf-8").startswith("<svg")
    assert Path("figures.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_bar_is_shown_only_where_a_person_watches(
    terminal: Terminal, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.output.readouterr()
    terminal.run(*words, "--json")
    assert terminal.output.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    main([*words, "--json"])
    printed = terminal.output.readouterr()
    assert json.loads(printed.out)["messages"] == 3
    assert "Learning" in printed.err
    assert "Asking" in printed.err


def test_every_refusal_is_a_sentence(terminal: Terminal, words: list[str]) -> None:
    assert terminal.refused(*words, "--target", "95") == (
        'jiedai: The target must be a share between 0 and 1, such as 0.95; "95" is not.'
    )
    assert terminal.refused(*words, "--target", "high") == (
        'jiedai: The target must be a share between 0 and 1, such as 0.95; "high" is not.'
    )
    assert terminal.refused(*words, "--target", "nan") == (
        'jiedai: The target must be a share between 0 and 1, such as 0.95; "nan" is not.'
    )
    assert terminal.refused(*words, "--picture", "figures.png") == (
        "jiedai: A picture is written as .svg or .html; figures.png is neither."
    )
    assert terminal.refused(*words, "--picture", "nowhere/figures.svg") == (
        "jiedai: nowhere/figures.svg cannot be used: No such file or directory."
    )
    assert terminal.refused("kb", "eval", "--kb", "kb.ods", "--queries", "queries.csv") == (
        'jiedai: kb.ods:1: The format ".ods" is unknown; use .yaml, .yml, .csv or .xlsx.'
    )
    Path("queries.csv").write_text("text,expected\n能退吗,retrun\n", encoding="utf-8")
    assert terminal.refused(*words) == (
        'jiedai: queries.csv:2: The knowledge base has no question "retrun"; did you mean "return"?'
    )
    assert terminal.refused("kb", "eval", "--kb", "kb.csv").startswith(
        "jiedai: The following arguments are required: --queries."
    )


def test_it_explains_itself(terminal: Terminal) -> None:
    with pytest.raises(SystemExit) as end:
        terminal.run("kb", "eval", "--help")
    assert end.value.code == 0
    assert terminal.output.readouterr().out.startswith("usage: jiedai kb eval ")
