"""`jiedai kb adjust` shows how sure the bot must be, and why; off, on and back to what was learned by one word each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.session import opened
from bot.config.settings import read_settings
from bot.jobs.nightly_threshold import compare_and_move
from knowledge_base.adjusting.judged_store import save_judgement
from tests.bot.cli.conftest import Terminal

FAQ = "id,category,question,similar,answer\nreturn,退换,怎么退货,买错了想退,请在订单页申请退货。\n"
NOT_YET = "The record is empty: no night has passed yet."
CASE = "A case is one customer's taps of one day, within 30 days and since the latest move."


@pytest.fixture
def published(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """One question is published; no encoder is loaded."""
    monkeypatch.setenv("JIEDAI_ENCODER", "none")
    monkeypatch.setenv("JIEDAI_ACTS", "none")
    monkeypatch.setenv("USER", "lin")
    monkeypatch.delenv("SUDO_USER", raising=False)
    file = tmp_path / "faq.csv"
    file.write_text(FAQ, encoding="utf-8")
    terminal.here("kb", "import", str(file))
    return terminal


def a_night(terminal: Terminal, *, right: int, wrong: int) -> None:
    """So many conversations tapped, and the nightly job ran."""
    with opened(read_settings(data=str(terminal.data)), "best") as service:
        now = service.clock()

        def judge(db: Any) -> None:
            for n in range(right + wrong):
                add = {"conversation_id": _conversation(db, n, now), "article_id": "return", "confidence": 0.95}
                save_judgement(db, f"line {n}", is_right=n < right, told_by="customer", now=now, **add)

        service.database.write_now(judge)
        service.database.write_now(compare_and_move, service.rules, now + timedelta(seconds=1))


def _conversation(db: Any, number: int, now: Any) -> int:
    from bot.transcript.conversations import lock_conversation

    return lock_conversation(db, "web", f"{number:032d}", now).id


def test_before_any_night_it_says_what_is_missing(published: Terminal) -> None:
    assert published.here("kb", "adjust").splitlines() == [
        "Answered from confidence 0.8500 on: as learned. The nightly job is on.",
        NOT_YET,
        "If it were night now, it would stay: only 0 cases of 0 customers; at least 30 are needed.",
        CASE,
    ]


def test_a_move_is_shown_and_taken_back(published: Terminal) -> None:
    a_night(published, right=20, wrong=20)
    printed = published.here("kb", "adjust")
    assert printed.splitlines()[0] == (
        "Answered from confidence 0.9000 on: 0.8500 as learned, moved by +0.0500. The nightly job is on."
    )
    (line,) = published.json("kb", "adjust")["record"]
    assert {name: line[name] for name in ("why", "from", "to", "cases", "customers", "right", "promised", "by")} == {
        "why": "worse", "from": 0.85, "to": 0.9, "cases": 40, "customers": 40, "right": 0.5, "promised": 0.95,
        "by": "system",
    }  # fmt: skip
    assert published.here("kb", "adjust", "--reset").splitlines()[:2] == [
        "What is asked is answered from 0.8500 on again, as learned. Running servers follow in seconds.",
        "Answered from confidence 0.8500 on: as learned. The nightly job is on.",
    ]
    assert published.here("kb", "adjust", "--reset").startswith("Nothing changes: that is how it is already.\n")
    found = published.json("kb", "adjust")
    assert [(one["why"], one["from"], one["to"], one["by"]) for one in found["record"]] == [
        ("reset", 0.9, 0.85, "cli lin"),
        ("worse", 0.85, 0.9, "system"),
    ]


def test_it_is_switched_off_and_on_by_one_word(published: Terminal) -> None:
    assert published.here("kb", "adjust", "--off").splitlines()[:2] == [
        "The nightly job is off: the threshold stays at 0.8500 until `--on` or `--reset`.",
        "Answered from confidence 0.8500 on: as learned. The nightly job is off.",
    ]
    assert "If it were night now" not in published.here("kb", "adjust")
    assert published.here("kb", "adjust", "--on").splitlines()[0] == (
        "The nightly job is on: each night it may move the threshold."
    )
    assert [one["why"] for one in published.json("kb", "adjust")["record"]] == ["on", "off"]
    journal = [line["what"] for line in published.json("audit", "journal", "--subject", "knowledge")]
    assert journal[:2] == ["threshold on", "threshold off"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--on", "--off"), "jiedai: Give one of --on and --off, not both."),
        (("--limit", "0"), "jiedai: --limit must be 1 or more."),
    ],
)
def test_what_makes_no_sense_is_refused(published: Terminal, words: tuple[str, ...], sentence: str) -> None:
    assert published.refused_here("kb", "adjust", *words) == sentence


def test_without_a_knowledge_base_it_says_what_to_do(terminal: Terminal) -> None:
    assert terminal.refused_here("kb", "adjust") == (
        "jiedai: No knowledge base is published yet; `jiedai kb import FILE` publishes one."
    )
