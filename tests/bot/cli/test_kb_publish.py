"""`jiedai kb import --draft`, `publish`, `discard`, `revisions`, `diff`, `rollback`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Terminal

NORMAL = """\
- id: invoice-normal
  category: 发票
  question: 怎么开发票
  similar: [发票怎么开]
  answer: 在订单页申请。
"""
JAM = "- id: jam\n  category: 故障\n  question: 打印机卡纸怎么办\n  answer: 请取出纸张。\n"
OLD = NORMAL + JAM
SPECIAL = """\
- id: invoice-special
  category: 发票
  question: 怎么开专用发票
  similar: [发票怎么开]
  answer: 请提供税号。
"""
NEW = NORMAL.replace("  similar: [发票怎么开]\n", "") + SPECIAL
STOLEN = '"发票怎么开" must be answered by invoice-normal; revision would answer it by invoice-special.'
GONE = '"打印机卡纸怎么办" must be answered by jam; revision has no such question.'


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """An old and a new knowledge base, and what the old one answers."""
    kept = "text,expected\n发票怎么开,invoice-normal\n打印机卡纸怎么办,jam\n"
    written = {"old.yaml": OLD, "new.yaml": NEW, "kept.csv": kept}
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name.partition(".")[0]: str(tmp_path / name) for name in written}


@pytest.fixture
def guarded(terminal: Terminal, files: dict[str, str]) -> Terminal:
    """Revision 1 is in force and must keep its answers."""
    terminal.here("kb", "import", files["old"], "--author", "李雷")
    terminal.here("kb", "regressions", "import", files["kept"])
    return terminal


def complete(terminal: Terminal, *words: str) -> list[str]:
    """Every line a refused command ends with."""
    terminal.output.readouterr()
    with pytest.raises(SystemExit) as end:
        terminal.here(*words)
    assert end.value.code == 2
    return terminal.output.readouterr().err.splitlines()


def test_a_draft_is_checked_shown_and_changes_nothing(guarded: Terminal, files: dict[str, str]) -> None:
    assert guarded.here("kb", "import", files["new"], "--draft").splitlines() == [
        "The draft holds 2 questions; against what is published: 1 added, 1 removed, 1 changed.",
        "Publishing it would be refused:",
        f"  {STOLEN}",
        f"  {GONE}",
        "`jiedai kb diff` shows the difference, `jiedai kb publish` publishes it, `jiedai kb discard` drops it.",
    ]
    assert guarded.here("kb", "diff").splitlines() == [
        "From revision 1 to the draft: 1 added, 1 removed, 1 changed.",
        "+ invoice-special · 发票 · 怎么开专用发票",
        "    similar: 发票怎么开",
        "    answer: 请提供税号。",
        "- jam · 故障 · 打印机卡纸怎么办",
        "    answer: 请取出纸张。",
        "~ invoice-normal · 发票 · 怎么开发票",
        "    - similar: 发票怎么开",
    ]
    assert guarded.json("ask", "打印机卡纸怎么办")["answer"] == "请取出纸张。"


def test_a_publish_that_loses_answers_is_refused_naming_each(guarded: Terminal, files: dict[str, str]) -> None:
    said = [f"jiedai: {STOLEN}", GONE, "Nothing was published; --anyway publishes in spite of it."]
    assert complete(guarded, "kb", "import", files["new"]) == said
    guarded.here("kb", "import", files["new"], "--draft")
    assert complete(guarded, "kb", "publish") == said
    assert [one["state"] for one in guarded.json("kb", "revisions")] == ["draft", "published"]


def test_anyway_publishes_and_says_what_is_lost(guarded: Terminal, files: dict[str, str]) -> None:
    guarded.here("kb", "import", files["new"], "--draft", "--author", "韩梅梅")
    assert guarded.here("kb", "publish", "--anyway", "--note", "新发票").splitlines() == [
        "Revision 3 is published: 2 questions in place of 2.",
        "It is published in spite of answers that are lost:",
        f"  {STOLEN}",
        f"  {GONE}",
        "Running servers take it up at once. `jiedai kb export FILE` saves what is published.",
    ]
    newest = guarded.json("kb", "revisions")[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*\+08:00", newest.pop("at"))
    assert newest == {
        "revision": 3,
        "state": "published",
        "in_force": True,
        "author": "韩梅梅",
        "questions": 2,
        "note": "新发票",
        "based_on": 1,
    }
    # What is lost is told again, but does not stop the next one.
    assert guarded.json("kb", "import", files["new"])["unmet"] == [STOLEN, GONE]


def test_a_program_reads_what_a_publish_did(guarded: Terminal, files: dict[str, str]) -> None:
    assert guarded.json("kb", "import", files["new"], "--draft") == {
        "draft": True,
        "based_on": 1,
        "questions": 2,
        "added": 1,
        "removed": 1,
        "changed": 1,
        "replaced_draft": False,
        "broken": [STOLEN, GONE],
        "unmet": [],
        "warnings": [],
    }
    assert guarded.json("kb", "publish", "--anyway") == {
        "revision": 3,
        "questions": 2,
        "replaced": 2,
        "broken": [STOLEN, GONE],
        "unmet": [],
        "warnings": [],
    }


def test_a_draft_takes_the_place_of_another_and_says_so(terminal: Terminal, files: dict[str, str]) -> None:
    terminal.here("kb", "import", files["old"], "--draft", "--author", "李雷")
    said = terminal.here("kb", "import", files["new"], "--draft").splitlines()
    assert re.fullmatch(r"It takes the place of the draft of \d{4}-\d\d-\d\d \d\d:\d\d by 李雷\.", said[1])


def test_a_discarded_draft_is_gone(terminal: Terminal, files: dict[str, str]) -> None:
    terminal.here("kb", "import", files["old"])
    terminal.here("kb", "import", files["new"], "--draft")
    said = terminal.here("kb", "discard")
    assert re.fullmatch(r"The draft of .* with 2 questions is gone; what is published stays\.\n", said)
    terminal.here("kb", "import", files["new"], "--draft")
    assert terminal.json("kb", "discard") == {"discarded": True, "questions": 2}
    none = "jiedai: There is no draft; `jiedai kb import FILE --draft` makes one."
    for words in (("publish",), ("discard",), ("diff",)):
        assert terminal.refused_here("kb", *words) == none


def test_a_draft_made_from_an_older_revision_is_published_only_when_that_is_meant(
    terminal: Terminal, files: dict[str, str]
) -> None:
    terminal.here("kb", "import", files["old"])
    terminal.here("kb", "import", files["new"], "--draft")
    terminal.here("kb", "import", files["old"], "--author", "李雷")
    refused = [
        "jiedai: Revision 3 was published meanwhile by 李雷; look at the difference and publish again.",
        "`jiedai kb diff` shows what the draft would undo; `jiedai kb publish --over 3` publishes it all the same.",
    ]
    assert complete(terminal, "kb", "publish") == refused
    assert complete(terminal, "kb", "publish", "--anyway") == refused
    assert complete(terminal, "kb", "publish", "--over", "1") == refused
    assert terminal.json("kb", "publish", "--over", "3")["revision"] == 4


def test_an_earlier_revision_is_published_again_under_a_new_number(guarded: Terminal, files: dict[str, str]) -> None:
    guarded.here("kb", "import", files["new"], "--anyway")
    said = guarded.here("kb", "rollback", "1")
    assert said.startswith("Revision 3 is published: 2 questions in place of 2.\n")
    assert guarded.json("kb", "revisions")[0]["note"] == "rolled back to revision 1"
    assert guarded.here("kb", "diff", "1", "3") == "From revision 1 to revision 3: no difference.\n"
    assert guarded.json("ask", "发票怎么开")["answer"] == "在订单页申请。"
    assert complete(guarded, "kb", "rollback", "2")[-1] == "Nothing was published; --anyway publishes in spite of it."
    assert guarded.json("kb", "rollback", "2", "--anyway", "--note", "又来")["revision"] == 4


def test_a_roll_back_that_makes_no_sense_is_told(terminal: Terminal, files: dict[str, str]) -> None:
    terminal.here("kb", "import", files["old"])
    terminal.here("kb", "import", files["new"], "--draft")
    unknown = "jiedai: There is no revision {}; `jiedai kb revisions` lists those there are."
    assert terminal.refused_here("kb", "rollback", "9") == unknown.format(9)
    assert terminal.refused_here("kb", "rollback", "2") == unknown.format(2)  # the draft's
    assert terminal.refused_here("kb", "rollback", "1") == (
        "jiedai: Revision 1 is the one in force; there is nothing to roll back."
    )


def test_any_two_revisions_can_be_compared(terminal: Terminal, files: dict[str, str]) -> None:
    terminal.here("kb", "import", files["old"])
    terminal.here("kb", "import", files["new"])
    back = terminal.json("kb", "diff", "2", "1")
    assert (back["from"], back["to"]) == (2, 1)
    assert [one["id"] for one in back["added"]] == ["jam"]
    assert [one["id"] for one in back["removed"]] == ["invoice-special"]
    assert back["changed"][0]["similar"] == {"added": ["发票怎么开"], "removed": []}
    assert terminal.here("kb", "diff", "1").startswith("From revision 1 to revision 2: 1 added, 1 removed, 1 changed.")
    terminal.here("kb", "import", files["old"], "--draft")
    assert terminal.here("kb", "diff", "1") == "From revision 1 to the draft: no difference.\n"
    assert terminal.json("kb", "diff", "draft", "published")["from"] == "draft"
    assert terminal.refused_here("kb", "diff", "9") == (
        "jiedai: There is no revision 9; `jiedai kb revisions` lists those there are."
    )
    assert terminal.refused_here("kb", "diff", "newest") == (
        'jiedai: "newest" is no revision; give its number, or the word draft or published.'
    )


def test_the_first_draft_is_compared_with_nothing(terminal: Terminal, files: dict[str, str]) -> None:
    terminal.here("kb", "import", files["old"], "--draft")
    assert terminal.here("kb", "diff").startswith(
        "From an empty knowledge base to the draft: 2 added, 0 removed, 0 changed.\n"
    )


def test_revisions_are_listed_for_a_person(guarded: Terminal, files: dict[str, str]) -> None:
    guarded.here("kb", "import", files["new"], "--draft")
    said = guarded.here("kb", "revisions")
    for part in ("draft, from 1", "in force", "李雷"):
        assert part in said


def test_a_validity_that_is_over_is_warned_of(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "over.yaml"
    path.write_text(OLD + "  valid_until: 2020-01-31\n", encoding="utf-8")
    warning = 'Question "jam" was valid until 2020-02-01T00:00+08:00; nobody is given its answer any more.'
    assert terminal.json("kb", "import", str(path), "--draft")["warnings"] == [warning]
    assert f"Warning: {warning}\n" in terminal.here("kb", "import", str(path))
