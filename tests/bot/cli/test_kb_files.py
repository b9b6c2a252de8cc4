"""`jiedai kb check|import|export`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_FAQ
from tests.bot.cli.conftest import Terminal

GOOD = (
    "- id: open\n  category: 订单\n  question: 几点开门\n  similar: [几点上班]\n  answer: 八点。\n"
    "  night_answer: 明早八点。\n"
)
BAD = "- id: open\n  category: 天气\n  question: 几点开门\n  answer: 八点。\n"


def write(tmp_path: Path, text: str, name: str = "faq.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_sample_has_no_faults(terminal: Terminal) -> None:
    found = terminal.json("kb", "check", str(SAMPLE_FAQ))
    assert (found["ok"], found["faults"]) == (True, [])
    assert found["questions"] >= 60
    assert found["phrasings"] >= 9 * found["questions"]


def test_faults_are_told_with_their_lines_and_the_end_code_is_one(terminal: Terminal, tmp_path: Path) -> None:
    path = write(tmp_path, BAD)
    assert terminal.refused_here("kb", "check", path, code=1).startswith(f"{path}:1: ")
    assert terminal.refused_here("kb", "import", path).startswith(f"jiedai: {path}:1: ")


@pytest.mark.parametrize("name", ["out.yaml", "out.csv", "out.xlsx"])
def test_what_is_imported_is_exported_alike(terminal: Terminal, tmp_path: Path, name: str) -> None:
    source = write(tmp_path, GOOD)
    assert terminal.json("kb", "import", source) == {
        "revision": 1,
        "questions": 1,
        "replaced": 0,
        "broken": [],
        "unmet": [],
        "warnings": [],
    }
    target = tmp_path / name
    assert terminal.json("kb", "export", str(target)) == {"revision": 1, "questions": 1, "file": str(target)}
    assert read_faq_file(target).articles == read_faq_file(Path(source)).articles


def test_a_faulty_file_leaves_the_published_revision(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("kb", "import", write(tmp_path, GOOD))
    terminal.refused_here("kb", "import", write(tmp_path, GOOD + BAD, "bad.yaml"))
    assert terminal.json("kb", "export", str(tmp_path / "out.yaml"))["revision"] == 1


def test_the_words_for_a_person(terminal: Terminal, tmp_path: Path) -> None:
    source = write(tmp_path, GOOD)
    assert terminal.here("kb", "check", source) == f"{source}: no faults; 1 questions, 2 phrasings.\n"
    assert terminal.here("kb", "import", source) == (
        "Revision 1 is published: 1 questions in place of 0.\n"
        "Running servers take it up at once. `jiedai kb export FILE` saves what is published.\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]\n", 'The file must be a list of questions, each starting with "- id:".'),
        ("", "The file is empty; it must hold at least one question."),
    ],
)
def test_a_knowledge_base_without_questions_is_refused(
    terminal: Terminal, tmp_path: Path, text: str, sentence: str
) -> None:
    path = write(tmp_path, text)
    assert terminal.refused_here("kb", "check", path, code=1) == f"{path}:1: {sentence}"
    assert terminal.refused_here("kb", "import", path) == f"jiedai: {path}:1: {sentence}"


def test_every_refusal_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    told = f"{missing}:1: The file can't be read (No such file or directory); give the path of a readable file."
    assert terminal.refused_here("kb", "check", str(missing), code=1) == told
    assert terminal.refused_here("kb", "import", str(missing)) == f"jiedai: {told}"
    strange = tmp_path / "out.doc"
    assert terminal.refused_here("kb", "export", str(strange)) == (
        f'jiedai: {strange}:1: The format ".doc" is unknown; use .yaml, .yml, .csv or .xlsx.'
    )
    nowhere = tmp_path / "no" / "such" / "out.yaml"
    assert terminal.refused_here("kb", "export", str(nowhere)) == (
        f"jiedai: {nowhere} cannot be used: No such file or directory."
    )
