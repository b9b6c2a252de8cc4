"""Act files: every fault is named with its line in a whole sentence; what a company leaves out is ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.acts import act_files
from knowledge_base.acts.act_files import SHIPPED, read_act, read_acts
from knowledge_base.files.faults import CatalogueFaults
from tests.tiny_acts import write_act, write_tiny_acts

MANY = ", ".join(f"转人工{n}" for n in range(40))
WHOLE = f"id: person\nlabel: 找人工\nutterances:\n  转: [{MANY}]\n"


def faults(content: str | bytes) -> str:
    with pytest.raises(CatalogueFaults) as refused:
        read_act("person.yaml", content.encode() if isinstance(content, str) else content)
    return str(refused.value)


def test_a_whole_file_is_an_act_with_its_groups() -> None:
    act = read_act(
        "person.yaml", f"{WHOLE}about: 想找人\nalso: [complaint]\ncounter_examples:\n  费: [人工费]\n".encode()
    )
    assert (act.id, act.label, act.about, act.also) == ("person", "找人工", "想找人", ("complaint",))
    assert (act.utterances[0], len(act.utterances)) == (("转", "转人工0"), 40)
    assert act.counter_examples == (("费", "人工费"),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "id: persons\nlabel: 找人工\nutterances:\n",
            'person.yaml:1: "id" must be the name of the file, "person"; found "persons".',
        ),
        (
            WHOLE.replace("label", "lable"),
            (
                'person.yaml:1: The field "label" is missing.\n'
                'person.yaml:2: The field "lable" is unknown; did you mean "label"?'
            ),
        ),
        (
            f"{WHOLE}colour: red\n",
            (
                'person.yaml:5: The field "colour" is unknown; '
                "known are id, label, about, also, utterances, counter_examples."
            ),
        ),
        (f"{WHOLE}label: 人工\n", 'person.yaml:5: The field "label" stands there twice; keep one.'),
        ("id: person\nlabel:\nutterances:\n", 'person.yaml:2: "label" must be one text.'),
        ("id: person\nlabel: [a]\nutterances:\n", 'person.yaml:2: "label" must be one text.'),
        (
            "id: person\nlabel: 找人工\nutterances:\n  转: [转人工, 找客服]\n",
            'person.yaml:4: "utterances" must hold at least 40 examples to learn from, or none; found 2.',
        ),
        (
            "id: person\nlabel: 找人工\nutterances: [转人工]\n",
            (
                'person.yaml:3: "utterances" must be groups of examples: '
                "the name of a group, and below it a list of texts."
            ),
        ),
        (
            "id: person\nlabel: 找人工\nutterances:\n  转: 转人工\n",
            'person.yaml:4: The group "转" must be a list of texts.',
        ),
        (
            f"{WHOLE}counter_examples:\n  费:\n    - 人工费\n    - 转人工7\n",
            'person.yaml:8: "转人工7" stands there twice, in utterances and in counter_examples; keep one.',
        ),
        (f"{WHOLE}also: complaint\n", 'person.yaml:5: "also" must be a list of texts.'),
        (
            "id: person\nlabel: [找人工\n",
            (
                "person.yaml:3: The YAML can't be read here (expected ',' or ']', but got '<stream end>'); "
                "check indentation, colons and quotes."
            ),
        ),
        (
            "- 转人工\n",
            (
                "person.yaml:1: The file must be one act with the fields "
                "id, label, about, also, utterances, counter_examples."
            ),
        ),
        (
            "",
            (
                "person.yaml:1: The file must be one act with the fields "
                "id, label, about, also, utterances, counter_examples."
            ),
        ),
        (
            b"id: person\n# " + "找".encode("gbk"),
            "person.yaml:2: The file is not UTF-8 here; save it as UTF-8.",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(content: str | bytes, sentence: str) -> None:
    assert faults(content) == sentence


def test_all_faults_of_a_file_are_named_in_the_order_of_their_lines() -> None:
    found = faults("id: human\nlabel: 找人工\nutterances:\n  转: 转人工\ncolor: red\n")
    assert [line.split(":")[1] for line in found.splitlines()] == ["1", "4", "5"]


def test_every_shipped_file_is_whole() -> None:
    acts = {act.id: act for act in read_acts(SHIPPED)}
    eight = ("person", "danger", "chase", "withdrawal", "complaint", "thanks", "yes", "urgency")
    assert min(len(acts[name].utterances) for name in eight) >= 150
    assert min(len(act.utterances) for act in acts.values()) >= 40
    assert all(act.label for act in acts.values())
    assert all(set(act.also) <= set(acts) for act in acts.values())


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_tiny_acts(tmp_path / "shipped")
    monkeypatch.setattr(act_files, "SHIPPED", folder)
    return folder


def test_what_a_company_does_not_write_is_ours(shipped: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    assert read_acts(own) == read_acts(shipped)


def test_an_act_that_a_company_empties_is_ours(shipped: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "person.yaml").write_text("id: person\nlabel: 找人工\nutterances:\n", encoding="utf-8")
    assert read_acts(own) == read_acts(shipped)


def test_an_act_that_a_company_writes_takes_the_place_of_ours(shipped: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write_act(own, "person", "找人", {"喊": [f"喊{n}号来" for n in range(40)]}, {})
    write_act(own, "refund", "要退钱", {"退": [f"退我{n}块" for n in range(40)]}, {})
    acts = {act.id: act for act in read_acts(own)}
    assert acts["person"].label == "找人"
    assert set(acts) == {"danger", "person", "questions", "refund", "thanks"}


def test_of_several_files_the_first_with_a_fault_is_named(shipped: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "thanks.yaml").write_text("id: thanks\nutterances:\n", encoding="utf-8")
    with pytest.raises(CatalogueFaults, match=r'^thanks.yaml:1: The field "label" is missing\.$'):
        read_acts(own)
