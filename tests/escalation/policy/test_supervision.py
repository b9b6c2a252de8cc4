"""The section `supervision` of a policy file: how much is inspected, and by which checklist."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.policy.reader import read_policy
from escalation.policy.supervision import Checklist, ChecklistItem, Supervision, parse_share
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

LINE = len(SMALL.splitlines())  # what is added stands after it
SECTION = """supervision:
  share: 12.5%
  least: 2
  weekly: true
  object_within: 7d
  checklist:
    - {id: wording, label: 标准用语, looks_at: wording, weight: 40}
    - {id: attitude, label: 态度, looks_at: attitude, weight: 60, up_to: 5, met_from: 3}
"""


def test_the_section_says_how_much_is_drawn_and_what_is_looked_at(tmp_path: Path) -> None:
    wording = ChecklistItem("wording", "标准用语", "wording", 40)
    attitude = ChecklistItem("attitude", "态度", "attitude", 60, up_to=5, met_from=3)
    found = read_policy(written(tmp_path, SMALL + SECTION)).supervision
    assert found == Supervision(1250, 2, Checklist((wording, attitude)), True, timedelta(days=7))


def test_without_the_section_nothing_is_inspected(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL)).supervision is None


def test_the_shipped_checklist_looks_at_all_four_and_is_not_drawn_by_itself() -> None:
    found = shipped().supervision
    assert found is not None
    assert {item.looks_at for item in found.checklist.items} == {"wording", "steps", "attitude", "record"}
    assert not found.weekly


def test_an_edition_is_of_what_the_checklist_holds() -> None:
    one, other = ChecklistItem("a", "甲", "steps", 1), ChecklistItem("a", "甲", "steps", 2)
    assert Checklist((one,)).edition == Checklist.from_json(Checklist((one,)).as_json()).edition
    assert Checklist((one,)).edition != Checklist((other,)).edition


@pytest.mark.parametrize("text", ["0%", "0.00%", "100.01%", "101%", "5", "-5%", "五%", ""])
def test_a_share_is_above_nothing_and_at_most_everything(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text.replace(".", r"\.") + "$"):
        parse_share(text)
    assert (parse_share("0.01%"), parse_share("100%"), parse_share("7.5%")) == (1, 10_000, 750)


@pytest.mark.parametrize(
    ("line", "was", "becomes", "fault"),
    [
        (
            2,
            "12.5%",
            "0%",
            '"share" must be a share of the ended tickets above 0 and up to 100%, such as 5%; found "0%".',
        ),
        (
            2,
            "12.5%",
            "101%",
            '"share" must be a share of the ended tickets above 0 and up to 100%, such as 5%; found "101%".',
        ),
        (3, "least: 2", "least: -1", '"least" must be a whole number from 0 to 100; found "-1".'),
        (5, "7d", "100d", '"object_within" must be from 1d to 90d; found "100d".'),
        (7, "looks_at: wording", "looks_at: words", None),
        (8, "id: attitude", "id: wording", '"id" must be another id than that of an item above; found "wording".'),
        (8, "态度", "标准用语", '"label" must be another label than that of an item above; found "标准用语".'),
        (8, "up_to: 5", "up_to: 11", '"up_to" must be a whole number from 1 to 10; found "11".'),
        (8, "met_from: 3", "met_from: 6", '"met_from" must be at most "up_to" (5); found "6".'),
        (7, "weight: 40", "weight: 0", '"weight" must be a whole number from 1 to 100; found "0".'),
        (7, "id: wording", "id: 标准", '"id" must be at most 32 of a-z, 0-9 and _; found "标准".'),
    ],
)
def test_a_fault_names_line_and_remedy(tmp_path: Path, line: int, was: str, becomes: str, fault: str | None) -> None:
    told = (
        fault or '"looks_at" must be one of wording, steps, attitude, record; found "words" (did you mean "wording"?).'
    )
    faults = faults_of(written(tmp_path, SMALL + SECTION.replace(was, becomes, 1)))
    assert faults[0] == f"policy.yaml:{LINE + line}: {told}"


def test_a_checklist_without_items_is_refused(tmp_path: Path) -> None:
    section = SECTION[: SECTION.index("  checklist")] + "  checklist: []\n"
    assert faults_of(written(tmp_path, SMALL + section)) == [
        f'policy.yaml:{LINE + 6}: "checklist" must be a list of at least one entry; found none.'
    ]
