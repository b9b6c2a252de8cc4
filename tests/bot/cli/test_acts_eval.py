"""`jiedai acts eval` judges act files by themselves, and names the line of every fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base.acts import act_files
from tests.bot.cli.conftest import Terminal
from tests.tiny_acts import write_tiny_acts

FIGURES = ["id", "label", "utterances", "groups", "counter_examples", "recall", "noticed", "counter", "ordinary",
           "others", "heard_at", "doubted_at", "missed", "invented"]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Act files of four short acts, in place of the shipped ones too."""
    monkeypatch.setattr(act_files, "SHIPPED", write_tiny_acts(tmp_path / "shipped"))
    return write_tiny_acts(tmp_path / "acts")


def test_for_a_program_it_prints_the_figures_of_every_act(terminal: Terminal, folder: Path) -> None:
    found = json.loads(terminal.run("acts", "eval", "--acts", str(folder), "--json"))
    assert (found["ok"], found["encoder"]) == (True, None)
    assert [act["id"] for act in found["acts"]] == ["danger", "person", "thanks"]
    assert list(found["acts"][0]) == FIGURES
    danger = found["acts"][0]
    assert (danger["utterances"], danger["groups"], danger["counter_examples"]) == (48, 4, 8)
    assert danger["noticed"] >= danger["recall"] > 0
    assert danger["noticed"] > 0.3  # of so few examples hardly one is sure enough for an alarm
    assert 0.2 < danger["doubted_at"] < danger["heard_at"] < 1


def test_for_a_person_it_names_what_goes_wrong(terminal: Terminal, folder: Path) -> None:
    printed = terminal.run("acts", "eval", "--acts", str(folder), "--worst", "1")
    assert "3 acts, 144 utterances" in printed
    assert "each judged as if its group were not known" in " ".join(printed.split())


def test_a_fault_is_named_with_its_line_and_nothing_is_printed_beside_it(terminal: Terminal, folder: Path) -> None:
    (folder / "person.yaml").write_text("id: person\nlabel: 找人工\nuterances: {}\n", encoding="utf-8")
    terminal.output.readouterr()
    with pytest.raises(SystemExit) as end:
        terminal.run("acts", "eval", "--acts", str(folder))
    assert end.value.code == 1
    assert terminal.output.readouterr().out == (
        'person.yaml:1: The field "utterances" is missing.\n'
        'person.yaml:3: The field "uterances" is unknown; did you mean "utterances"?\n'
    )


def test_a_fault_is_told_to_a_program_as_well(terminal: Terminal, folder: Path) -> None:
    (folder / "person.yaml").write_text("id: person\nlabel: 找人工\n", encoding="utf-8")
    terminal.output.readouterr()
    with pytest.raises(SystemExit) as end:
        terminal.run("acts", "eval", "--acts", str(folder), "--json")
    assert end.value.code == 1
    assert json.loads(terminal.output.readouterr().out) == {
        "ok": False,
        "faults": [{"file": "person.yaml", "line": 1, "message": 'The field "utterances" is missing.'}],
    }


def test_the_folder_may_come_from_the_settings(
    terminal: Terminal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "person.yaml").write_text("[]", encoding="utf-8")
    monkeypatch.setenv("JIEDAI_ACTS", str(folder))
    assert terminal.refused("acts", "eval", code=1) == (
        "person.yaml:1: The file must be one act with the fields id, label, about, also, utterances, counter_examples."
    )
