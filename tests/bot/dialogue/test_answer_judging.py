"""What customers tap or write after an answer, and what agents send, is kept with how sure the bot was."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.agents.actions import Reply
from knowledge_base.adjusting.judged_store import judged_answers
from tests.bot.scene import JAM, SCRIPT, WIFI, Scene, Visitor

ASKED = "纸卡在里面出不来"  # the scripted matching answers this with JAM, 0.95
UNSURE = "打印机有点问题"  # seven are listed, WIFI first, 0.8


def kept(scene: Scene) -> list[tuple[str, float, bool, str]]:
    """Everything that was judged: the article, how sure it was, whether it was right, who said so."""
    row = judged_answers.c
    query = select(row.article_id, row.confidence, row.is_right, row.told_by).order_by(row.at, row.answer)
    return [tuple(each) for each in scene.read(lambda db: db.execute(query).all())]


@pytest.mark.parametrize(("tap", "right"), [("helpful", True), ("unhelpful", False)])
def test_a_tap_below_an_answer_is_kept(scene: Scene, anna: Visitor, tap: str, right: bool) -> None:
    anna.say(ASKED)
    assert kept(scene) == []
    anna.tap(f"{tap}:{JAM.id}")
    assert kept(scene) == [(JAM.id, 0.95, right, "customer")]


def test_a_thousand_taps_are_one_row_and_the_last_one_counts(scene: Scene, anna: Visitor) -> None:
    anna.say(ASKED)
    for _ in range(5):
        anna.tap(f"helpful:{JAM.id}")
    anna.tap(f"unhelpful:{JAM.id}")
    assert kept(scene) == [(JAM.id, 0.95, False, "customer")]


def test_a_no_in_words_is_kept(scene: Scene, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, Any]", SCRIPT), "机器上不了网", [(WIFI, 0.84), (JAM, 0.1)])
    anna.say("机器上不了网")
    anna.say("不是")
    assert kept(scene) == [(WIFI.id, 0.84, False, "customer")]


def test_what_is_asked_word_for_word_has_no_certainty_to_judge(scene: Scene, anna: Visitor) -> None:
    anna.say(WIFI.question)
    anna.tap(f"helpful:{WIFI.id}")
    assert kept(scene) == []


@pytest.mark.parametrize(("chosen", "right"), [(WIFI, True), (JAM, False)])
def test_a_choice_from_a_list_tells_whether_its_first_was_right(
    scene: Scene, anna: Visitor, chosen: Any, right: bool
) -> None:
    anna.say(UNSURE)
    anna.tap(f"ask:{chosen.id}")
    assert kept(scene) == [(WIFI.id, 0.8, right, "customer")]


def handed_over(scene: Scene, visitor: Visitor) -> Any:
    visitor.say(UNSURE)
    visitor.tap("person")
    return scene.claimed_by(scene.staff())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"您好，{WIFI.answer}", [(WIFI.id, 0.8, True, "agent")]),
        ("请重启一下路由器后再试。", [(WIFI.id, 0.8, True, "agent")]),
        (JAM.answer, [(WIFI.id, 0.8, False, "agent")]),
        ("您好，请问机身序列号是多少？", []),
    ],
)
def test_the_answer_that_an_agent_sends_tells_whether_the_likeliest_was_right(
    scene: Scene, anna: Visitor, text: str, found: list[Any]
) -> None:
    li = handed_over(scene, anna)
    scene.act(li, Reply(text, "r1"))
    assert kept(scene) == found


def test_a_ticket_with_nothing_likely_tells_nothing(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply(WIFI.answer, "r1"))
    assert kept(scene) == []
