"""`jiedai kb regressions import|export|check|clear`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal

FAQ = (
    "- id: invoice\n  category: 发票\n  question: 怎么开发票\n  answer: 在订单页申请。\n"
    "- id: jam\n  category: 故障\n  question: 打印机卡纸怎么办\n  answer: 请取出纸张。\n"
)
HOURS = "- id: hours\n  category: 账户\n  question: 周六上班吗\n  answer: 不上班。\n"
KEPT = "text,expected\n怎么开发票,invoice\n打印机卡纸怎么办,jam\n"
WRONG = '"怎么开发票" must be answered by jam; revision would answer it by invoice.'


def put(tmp_path: Path, text: str, name: str = "kept.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def service(terminal: Terminal, tmp_path: Path) -> Terminal:
    """Two questions are published."""
    terminal.here("kb", "import", put(tmp_path, FAQ, "faq.yaml"))
    return terminal


def test_messages_are_imported_exported_and_forgotten(service: Terminal, tmp_path: Path) -> None:
    source, target = put(tmp_path, KEPT), str(tmp_path / "out.csv")
    assert service.here("kb", "regressions", "import", source) == (
        "2 messages must keep their answers from now on, in place of 0.\n"
    )
    assert service.json("kb", "regressions", "import", source) == {"messages": 2, "replaced": 2, "unmet": []}
    assert service.here("kb", "regressions", "export", target) == f"2 messages are in {target}.\n"
    assert service.json("kb", "regressions", "export", target) == {"messages": 2, "file": target}
    assert Path(target).read_text(encoding="utf-8-sig") == KEPT
    assert service.here("kb", "regressions", "clear") == (
        "2 messages are forgotten; nothing holds up a publish any more.\n"
    )
    assert service.json("kb", "regressions", "clear") == {"forgotten": 0}


def test_messages_that_are_answered_otherwise_today_are_named(service: Terminal, tmp_path: Path) -> None:
    source = put(tmp_path, "text,expected\n怎么开发票,jam\n")
    assert service.here("kb", "regressions", "import", source).splitlines() == [
        "1 messages must keep their answers from now on, in place of 0.",
        "Not answered so by what is published, and in nobody's way until they are:",
        f"  {WRONG}",
    ]
    assert service.json("kb", "regressions", "import", source)["unmet"] == [WRONG]


def test_a_file_is_checked_against_what_is_published(service: Terminal, tmp_path: Path) -> None:
    good, bad = put(tmp_path, KEPT), put(tmp_path, "text,expected\n怎么开发票,jam\n", "bad.csv")
    assert service.here("kb", "regressions", "check", good) == (
        f"{good}: no faults; 2 messages, all answered as they must be by what is published.\n"
    )
    assert service.json("kb", "regressions", "check", good) == {
        "ok": True,
        "faults": [],
        "messages": 2,
        "complaints": [],
    }
    assert service.refused_here("kb", "regressions", "check", bad, code=1) == WRONG


def test_a_file_is_checked_against_the_draft_too(service: Terminal, tmp_path: Path) -> None:
    wanted = put(tmp_path, "text,expected\n周六上班吗,hours\n")
    service.here("kb", "import", put(tmp_path, FAQ + HOURS, "new.yaml"), "--draft")
    assert service.refused_here("kb", "regressions", "check", wanted, code=1) == (
        '"周六上班吗" must be answered by hours; revision has no such question.'
    )
    assert service.here("kb", "regressions", "check", wanted, "--draft") == (
        f"{wanted}: no faults; 1 messages, all answered as they must be by the draft.\n"
    )


def test_faults_are_told_with_their_lines(service: Terminal, tmp_path: Path) -> None:
    path = put(tmp_path, "text,expected\n怎么开发票,invoise\n")
    told = f'{path}:2: The knowledge base has no question "invoise"; did you mean "invoice"?'
    assert service.refused_here("kb", "regressions", "check", path, code=1) == told
    assert service.refused_here("kb", "regressions", "import", path) == f"jiedai: {told}"
    missing = str(tmp_path / "missing.csv")
    assert service.refused_here("kb", "regressions", "import", missing) == (
        f"jiedai: {missing}:1: The file can't be read (No such file or directory); give the path of a readable file."
    )
