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
from bot.cli.kb_eval_words import foreign_share
from bot.cli.parser import main
from bot.cli.session import opened
from bot.config.settings import read_settings
from knowledge_base.adjusting.adjustment_store import add_order
from knowledge_base.files.labelled import LabelledMessage
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
    assert list(found) == [*KEYS, "thresholds", "reliability", "worst"]
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
    assert terminal.refused("kb", "eval", "--kb", "kb.csv") == (
        "jiedai: There are too few similar questions: every 5th one would be left out and asked. Give messages with "
        "--queries FILE."
    )
    assert terminal.refused_here("kb", "eval") == (
        "jiedai: No knowledge base is published yet; `jiedai kb import FILE` publishes one, --kb FILE reads one."
    )


def test_it_explains_itself(terminal: Terminal) -> None:
    with pytest.raises(SystemExit) as end:
        terminal.run("kb", "eval", "--help")
    assert end.value.code == 0
    assert terminal.output.readouterr().out.startswith("usage: jiedai kb eval ")


def test_how_sure_it_was_is_held_against_how_often_it_was_right(terminal: Terminal, words: list[str]) -> None:
    Path("queries.csv").write_text("text,expected\n怎么退货,jam\n卡纸了怎么办,jam\nqwxz,\n", encoding="utf-8")
    found = json.loads(terminal.run(*words, "--json"))
    assert found["thresholds"] == {"answer_at": 0.85, "suggest_at": 0.25, "learned": 0.85, "shift": 0.0}
    (exact,) = [band for band in found["reliability"] if band["exact"]]
    assert (exact["cases"], exact["said"], exact["realised"]) == (2, 1.0, 0.5)
    assert exact["interval"] == [0.0945, 0.9055]
    assert found["worst"][0] == {
        "text": "怎么退货",
        "expected": "jam",
        "given": "return",
        "question": "怎么退货",
        "confidence": 1.0,
        "did": "answered",
    }
    printed = terminal.run(*words)
    for part in ("Thresholds in force", "How sure it was, and how often right", "The most confident mistakes"):
        assert part in printed


PUBLISHED = "id,category,question,similar,answer\n" + "".join(
    f"q{n},退换,第{n}个问题怎么办,第{n}个问题如何处理|第{n}个问题怎么解决,请看第{n}页。\n" for n in range(1, 21)
)


@pytest.fixture
def published(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Twenty questions are published, each with two other wordings; no encoder is loaded."""
    monkeypatch.setenv("JIEDAI_ENCODER", "none")
    monkeypatch.setenv("JIEDAI_ACTS", "none")
    (tmp_path / "faq.csv").write_text(PUBLISHED, encoding="utf-8")
    terminal.here("kb", "import", str(tmp_path / "faq.csv"))
    return terminal


def test_without_files_what_is_published_is_asked_for_phrasings_left_out(published: Terminal) -> None:
    found = published.json("kb", "eval")
    assert (found["questions"], found["messages"]) == (18, 8)  # 36 similar questions are left; 7 and 1 of no question
    assert published.here("kb", "eval").splitlines()[-2] == (
        "The messages are phrasings that were left out and asked: 7 whose question stayed, and 1 of 2 questions that "
        "were left out as a whole. Strangers write otherwise: real messages (--queries FILE) say more."
    )


def test_messages_are_asked_of_what_is_published_at_the_threshold_that_use_has_moved(
    published: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "asked.csv").write_text("text,expected\n第3个问题怎么办,q3\n", encoding="utf-8")
    with opened(read_settings(data=str(published.data))) as service:
        at = (0.85, 0.9)
        service.database.write_now(
            lambda db: add_order(db, "reset", at=at, shift=0.05, revision=1, by="test", now=service.clock())
        )
    found = published.json("kb", "eval", "--queries", str(tmp_path / "asked.csv"))
    assert (found["questions"], found["messages"], found["precision"]) == (20, 1, 1.0)
    assert found["thresholds"] == {"answer_at": 0.9, "suggest_at": 0.25, "learned": 0.85, "shift": 0.05}
    printed = published.here("kb", "eval", "--queries", str(tmp_path / "asked.csv"))
    assert "0.9000" in printed
    assert "+0.0500" in printed


EXPECTS_ELSE = "the policy expects 15 %: if they are like all that come, say so there (dialogue.foreign)."


@pytest.mark.parametrize(
    ("foreign", "sentence"),
    [
        (3, "Of these messages 15.0 % have no answer (5.2–36.0 %), as the policy expects (15 %)."),
        (12, f"Of these messages 60.0 % have no answer (38.7–78.1 %), and {EXPECTS_ELSE}"),
    ],
)
def test_the_share_without_an_answer_is_held_against_what_the_policy_expects(foreign: int, sentence: str) -> None:
    messages = [LabelledMessage("x", None if n < foreign else "a") for n in range(20)]
    assert foreign_share(messages, 0.15) == sentence
