"""Answers make a score by weights; what the checklist does not know, or leaves open, is refused in a sentence."""

from __future__ import annotations

import pytest

from escalation.policy.supervision import Checklist, ChecklistItem
from escalation.supervision.adherence import Adherence, InspectedRow, adherence, adherence_by, adherence_by_item
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.scoring import checked, score_of

WORDING = ChecklistItem("wording", "标准用语", "wording", 40)
ATTITUDE = ChecklistItem("attitude", "态度", "attitude", 60, up_to=5, met_from=4)
LIST = Checklist((WORDING, ATTITUDE))


@pytest.mark.parametrize(
    ("wording", "attitude", "score"),
    [("yes", "5", 100), ("no", "0", 0), ("no", "5", 60), ("yes", "0", 40), ("yes", "3", 76), ("na", "3", 60)],
)
def test_a_score_is_what_the_applicable_items_reach_by_weight(wording: str, attitude: str, score: int) -> None:
    assert score_of(LIST, {"wording": wording, "attitude": attitude}) == score


def test_a_half_is_rounded_up() -> None:
    three = Checklist(tuple(ChecklistItem(str(n), str(n), "steps", weight) for n, weight in enumerate((1, 2, 5))))
    assert score_of(three, {"0": "yes", "1": "no", "2": "no"}) == 13  # 12.5
    assert score_of(three, {"0": "no", "1": "yes", "2": "yes"}) == 88  # 87.5


@pytest.mark.parametrize(
    ("given", "code", "sentence"),
    [
        (
            {"speed": "yes"},
            "unknown_item",
            'The checklist of this draw has no item "speed"; it has wording, attitude.',
        ),
        (
            {"wording": "5"},
            "bad_answer",
            'The answer to "wording" must be yes, no, na; found "5".',
        ),
        (
            {"attitude": "na"},
            "bad_answer",
            'The answer to "attitude" must be 0, 1, 2, 3, 4, 5; found "na".',
        ),
        ({"wording": "yes"}, "unanswered", 'Every item must be answered; "attitude" is not.'),
    ],
)
def test_what_is_no_answer_is_refused(given: dict[str, str], code: str, sentence: str) -> None:
    with pytest.raises(SupervisionRefused) as refused:
        checked(LIST, given, whole=True)
    assert (refused.value.code, str(refused.value)) == (code, sentence)


def test_a_record_to_which_nothing_applies_has_no_score() -> None:
    with pytest.raises(SupervisionRefused) as refused:
        checked(Checklist((WORDING,)), {"wording": "na"}, whole=True)
    assert str(refused.value) == "At least one item must apply; a record to which none does has no score."


def test_a_draft_may_leave_items_open() -> None:
    assert checked(LIST, {"attitude": "2", "wording": ""}, whole=False) == {"attitude": "2"}


def row(agent: str, score: int | None = None, wording: str = "yes", attitude: str = "5", **more: bool) -> InspectedRow:
    answers = {"wording": wording, "attitude": attitude} if score is not None else {}
    return InspectedRow("2026-11", "三级", agent, "通用客服", LIST, answers, score, **more)


ROWS = [row("li", 40, attitude="0"), row("li", 60, "na", "3", objected=True), row("wang", 100), row("wang")]


def test_adherence_is_the_share_of_applicable_items_that_are_met() -> None:
    assert adherence(ROWS) == Adherence(drawn=4, scored=3, objected=1, upheld=0, total=200, applicable=5, met=3)
    assert (adherence(ROWS).rate, adherence(ROWS).mean) == (0.6, 200 / 3)
    by_agent = adherence_by(ROWS, "agent")
    assert list(by_agent) == ["li", "wang"]
    assert (by_agent["li"].rate, by_agent["li"].mean, by_agent["wang"].drawn) == (1 / 3, 50, 2)
    assert adherence_by_item(ROWS) == {"标准用语": (2, 2), "态度": (1, 3)}


def test_of_nothing_there_is_neither_rate_nor_mean() -> None:
    assert (adherence([]).rate, adherence([]).mean, adherence_by([], "tier")) == (None, None, {})
