"""What is heard in the midst of a talk."""

from __future__ import annotations

import pytest

from knowledge_base.acts.going_on import BARS, when_going_on
from knowledge_base.acts.reading import ClauseReading, Reading

pytestmark = pytest.mark.rules


def reading(act: str, chance: float, *, heard: bool = True, listed: bool = False) -> Reading:
    """A reading of one clause in which an act was heard, or doubted, with this chance."""
    acts = frozenset({act})
    clause = ClauseReading(
        "插电了，灯亮的",
        {act: chance},
        heard=acts if heard else frozenset(),
        doubted=frozenset() if heard else acts,
        matter=False,
        listed=acts if listed else frozenset(),
    )
    return Reading(clause.text, (clause,))


@pytest.mark.parametrize("act", sorted(BARS))
def test_that_what_begins_a_talk_must_be_surer_to_be_heard_in_the_midst_of_it(act: str) -> None:
    heard, _ = BARS[act]
    assert when_going_on(reading(act, heard)).heard == {act}
    assert when_going_on(reading(act, heard - 0.01)).heard == set()


def test_that_a_danger_less_sure_is_still_asked_about() -> None:
    found = when_going_on(reading("danger", 0.9))
    assert (found.heard, found.doubted) == (set(), {"danger"})


def test_that_a_doubt_which_would_ask_after_any_detail_is_dropped() -> None:
    assert when_going_on(reading("danger", 0.6, heard=False)).doubted == set()


def test_that_a_clause_in_which_nothing_is_left_tells_of_the_matter() -> None:
    found = when_going_on(reading("small_talk", 0.7))
    assert found.substance == "插电了，灯亮的"


def test_that_what_the_companys_own_words_name_stays_heard() -> None:
    assert when_going_on(reading("complaint", 0.72, listed=True)).heard == {"complaint"}


def test_that_a_danger_the_companys_own_words_leave_in_doubt_stays_so() -> None:
    assert when_going_on(reading("danger", 0.55, heard=False, listed=True)).doubted == {"danger"}


def test_that_an_act_just_asked_about_needs_no_more_than_ever() -> None:
    assert when_going_on(reading("withdrawal", 0.86), frozenset({"withdrawal"})).heard == {"withdrawal"}


def test_that_acts_without_a_bar_stay_as_they_were() -> None:
    assert when_going_on(reading("yes", 0.6)).heard == {"yes"}


def test_that_an_answer_about_a_danger_needs_more_than_a_hint_of_one() -> None:
    assert when_going_on(reading("danger", 0.6, heard=False), frozenset({"danger"})).doubted == set()
