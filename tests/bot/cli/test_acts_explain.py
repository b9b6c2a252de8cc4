"""`jiedai acts explain` shows a keeper of the knowledge base how a message is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.acts import act_files
from tests.bot.cli.conftest import Terminal
from tests.tiny_acts import write_tiny_acts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Act files of a few short acts, in place of the shipped ones too."""
    monkeypatch.setattr(act_files, "SHIPPED", write_tiny_acts(tmp_path / "shipped"))
    return write_tiny_acts(tmp_path / "acts")


def _act(clause: Any, name: str) -> Any:
    return next(act for act in clause["acts"] if act["act"] == name)


def test_for_a_program_it_tells_every_clause_and_act(terminal: Terminal, folder: Path) -> None:
    found = terminal.json("acts", "explain", "卡纸了怎么办，转人工", "--acts", str(folder))
    assert found["heard"] == ["person"]
    assert found["question"] == "卡纸了怎么办"
    assert found["candidates"][0]["id"] == "paper-jam"
    jam, person = found["clauses"]
    assert (jam["text"], jam["matter"], person["text"], person["matter"]) == ("卡纸了怎么办", True, "转人工", False)
    heard = _act(person, "person")
    assert (heard["verdict"], heard["part"], heard["listed"], heard["chance"]) == ("heard", "转人工", 1.0, 1.0)
    assert heard["chance"] >= heard["heard_at"] >= 0.5


def test_it_tells_what_function_words_take_back(terminal: Terminal, folder: Path) -> None:
    found = terminal.json("acts", "explain", "仓库里面没着火了", "--acts", str(folder))
    danger = _act(found["clauses"][0], "danger")
    assert danger["taken_back"] == ["negated"]
    assert danger["chance"] < 0.3 < danger["learned"]
    assert "denied" in terminal.here("acts", "explain", "仓库里面没着火了", "--acts", str(folder))


def test_for_a_person_it_ends_with_what_remains_and_the_articles(terminal: Terminal, folder: Path) -> None:
    printed = terminal.here("acts", "explain", "卡纸了怎么办，转人工", "--acts", str(folder))
    assert "Heard: 找人工 (person)." in printed
    assert "What remains as the question: 「卡纸了怎么办」" in printed
    assert "paper-jam" in printed
    assert "Nothing remains as a question." in terminal.here("acts", "explain", "转人工", "--acts", str(folder))


def test_what_is_denied_is_no_part_of_the_question(terminal: Terminal, folder: Path) -> None:
    found = terminal.json("acts", "explain", "不是卡纸，打印机不进纸", "--acts", str(folder))
    assert ([clause["denied"] for clause in found["clauses"]], found["question"]) == ([True, False], "打印机不进纸")
    assert "「不是卡纸」 says what is not so, or no longer." in terminal.here(
        "acts", "explain", "不是卡纸，打印机不进纸", "--acts", str(folder)
    )


def test_without_act_files_only_the_words_of_the_policy_count(terminal: Terminal) -> None:
    found = terminal.json("acts", "explain", "转人工")
    assert [(act["act"], act["learned"], act["listed"]) for act in found["clauses"][0]["acts"]] == [
        ("person", 0.0, 1.0)
    ]


def test_an_act_file_with_a_fault_is_named_with_its_line(terminal: Terminal, folder: Path) -> None:
    (folder / "thanks.yaml").write_text("id: thank\nlabel: 道谢\nutterances:\n", encoding="utf-8")
    assert terminal.refused_here("acts", "explain", "你好", "--acts", str(folder), code=1) == (
        'thanks.yaml:1: "id" must be the name of the file, "thanks"; found "thank".'
    )
    assert not (terminal.data / "learned").exists()


def test_an_empty_message_is_refused(terminal: Terminal, folder: Path) -> None:
    assert terminal.refused_here("acts", "explain", " 。", "--acts", str(folder)) == (
        "jiedai: The message is empty; write what a customer would write."
    )


def test_an_explanation_as_json_is_json(terminal: Terminal, folder: Path) -> None:
    assert json.loads(terminal.here("acts", "explain", "谢谢师傅", "--acts", str(folder), "--json"))["clauses"]
