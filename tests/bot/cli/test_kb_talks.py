"""`jiedai kb talks import|export|check|list|clear`, and what publishing does for the talks that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal

FAQ = (
    "- id: invoice\n  category: 发票\n  question: 怎么开发票\n  answer: 在订单页申请。\n"
    "- id: jam\n  category: 故障\n  question: 打印机卡纸怎么办\n  answer: 请取出纸张。\n"
)
WITHOUT_INVOICE = "- id: jam\n  category: 故障\n  question: 打印机卡纸怎么办\n  answer: 请取出纸张。\n"
ASKS = "talk: 问发票\nstart: 2026-11-23 10:00\nturns:\n  - says: 怎么开发票\n    expect: {answers: [invoice]}\n"
WISHES = "talk: 转人工\nby: 急性子\nstart: 2026-11-23 10:00\nturns:\n  - says: 转人工\n    expect: {ticket: waiting}\n"
WRONG = ASKS.replace("[invoice]", "[jam]")
BROKEN = 'asks.yaml:4: In the talk "问发票", after "怎么开发票": the bot answers by none and must be invoice.'
UNMET = 'asks.yaml:4: In the talk "问发票", after "怎么开发票": the bot answers by invoice and must be jam.'


def put(folder: Path, text: str, name: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def service(terminal: Terminal, tmp_path: Path) -> Terminal:
    """Two questions are published."""
    terminal.here("kb", "import", put(tmp_path, FAQ, "faq.yaml"))
    return terminal


def test_talks_are_imported_listed_exported_and_forgotten(service: Terminal, tmp_path: Path) -> None:
    asks, wishes = put(tmp_path, ASKS, "asks.yaml"), put(tmp_path, WISHES, "wishes.yaml")
    assert service.here("kb", "talks", "list") == "No talks are kept; `jiedai kb talks import FILE` keeps some.\n"
    assert service.here("kb", "talks", "import", asks, wishes, "--author", "李雷", "--note", "first") == (
        "Version 1: 2 talks must go as they do from now on, in place of 0.\n"
    )
    listed = service.json("kb", "talks", "list")
    assert listed["talks"] == [
        {"name": "问发票", "file": "asks.yaml", "by": "", "turns": 1},
        {"name": "转人工", "file": "wishes.yaml", "by": "急性子", "turns": 1},
    ]
    out = tmp_path / "out"
    assert service.here("kb", "talks", "export", str(out)) == f"2 files in {out}.\n"
    assert (out / "asks.yaml").read_text(encoding="utf-8") == ASKS
    assert service.here("kb", "talks", "check") == "2 talks went as expected.\n"
    assert service.here("kb", "talks", "clear") == "2 talks forgotten; no talk holds up a publish any more.\n"
    versions = service.json("kb", "talks", "list")["versions"]
    assert [(one["version"], one["author"], one["note"], one["talks"]) for one in versions] == [
        (2, "", "", 0),
        (1, "李雷", "first", 2),
    ]


def test_talks_that_go_otherwise_today_are_named_and_kept(service: Terminal, tmp_path: Path) -> None:
    assert service.here("kb", "talks", "import", put(tmp_path, WRONG, "asks.yaml")).splitlines() == [
        "Version 1: 1 talk must go as they do from now on, in place of 0.",
        "Otherwise by what is published, and in nobody's way until they go so:",
        UNMET,
    ]
    assert service.refused_here("kb", "talks", "check", code=1) == "1 of 1 talk went otherwise than expected."
    published = service.json("kb", "import", put(tmp_path, FAQ, "faq.yaml"))
    assert (published["broken"], published["unmet"]) == ([], [UNMET])


def test_a_talk_is_known_by_its_name(service: Terminal, tmp_path: Path) -> None:
    one, other = put(tmp_path, ASKS, "a.yaml"), put(tmp_path, ASKS, "b.yaml")
    assert service.refused_here("kb", "talks", "import", one, other) == (
        f'jiedai: The talk "问发票" is in {one} and in {other}; rename one.'
    )


def test_a_faulty_file_leaves_the_talks_as_they_are(service: Terminal, tmp_path: Path) -> None:
    service.here("kb", "talks", "import", put(tmp_path, ASKS, "asks.yaml"))
    bad = put(tmp_path, ASKS.replace("says:", "say:"), "bad.yaml")
    assert service.refused_here("kb", "talks", "import", bad).endswith("found none.")
    assert len(service.json("kb", "talks", "list")["versions"]) == 1


def test_publishing_is_refused_when_a_kept_talk_would_go_otherwise(service: Terminal, tmp_path: Path) -> None:
    service.here("kb", "talks", "import", put(tmp_path, ASKS, "asks.yaml"))
    less = put(tmp_path, WITHOUT_INVOICE, "less.yaml")
    service.output.readouterr()
    with pytest.raises(SystemExit) as end:
        service.here("kb", "import", less)
    assert end.value.code == 2
    assert service.output.readouterr().err.splitlines() == [
        f"jiedai: {BROKEN}",
        "Nothing was published; --anyway publishes in spite of it.",
    ]
    published = service.json("kb", "import", less, "--anyway")
    assert (published["revision"], published["broken"]) == (2, [BROKEN])


def test_a_draft_is_checked_by_the_kept_talks(service: Terminal, tmp_path: Path) -> None:
    service.here("kb", "talks", "import", put(tmp_path, ASKS, "asks.yaml"))
    service.here("kb", "import", put(tmp_path, WITHOUT_INVOICE, "less.yaml"), "--draft")
    with pytest.raises(SystemExit):
        service.here("kb", "talks", "check", "--draft")
    assert service.output.readouterr().out.splitlines() == [BROKEN, "1 of 1 talk went otherwise than expected."]
    assert service.refused_here("kb", "publish") == "Nothing was published; --anyway publishes in spite of it."
