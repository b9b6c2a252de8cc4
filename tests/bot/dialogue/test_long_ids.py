"""A question whose id has no room in a button keeps its buttons, and a tap means it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages import Button
from bot.telegram.sending.customer_keyboard import keyboard
from bot.wording.choices import FoundHelpful, FoundUnhelpful, Meant, NotMeant, QuestionChosen, parse_choice, payload
from knowledge_base.matching.index import build
from tests.bot.scene import ARTICLES, JAM, WIFI, Scene

LONG = ("打印机卡纸以后应该怎样取出纸张并继续打印呢请看", "id-" + "x" * 70, "=" + "0" * 16)


@pytest.fixture(params=LONG)
def long_id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scene(scene_anywhere: Scene, long_id: str) -> Scene:
    scene = scene_anywhere
    articles = [replace(each, id=long_id) if each.id == JAM.id else each for each in ARTICLES]
    scene.rules = replace(scene.rules, index=build(articles, revision=1, fillers=scene.policy.words["filler"]))
    return scene


@pytest.mark.parametrize("kind", [FoundHelpful, FoundUnhelpful, QuestionChosen, Meant, NotMeant])
def test_every_button_about_it_fits_both_channels(long_id: str, kind: type[QuestionChosen]) -> None:
    choice = payload(kind(long_id))
    assert keyboard((Button(choice, "有帮助"),)) is not None
    assert isinstance(parse_choice(choice), kind)


def test_a_short_id_stands_in_the_button_as_it_is() -> None:
    assert payload(QuestionChosen("paper-jam")) == "ask:paper-jam"
    assert payload(QuestionChosen("卡" * 20)) == "ask:" + "卡" * 20


def test_it_did_not_help_is_counted_against_it(scene: Scene, long_id: str) -> None:
    anna = scene.visitor()
    assert anna.say(JAM.question) == [JAM.answer]
    anna.tap(next(choice for choice in anna.buttons() if choice.startswith("unhelpful:")))
    assert anna.conversation is not None
    assert anna.conversation.rejected == [long_id]


def test_it_helped_is_thanked_for(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(JAM.question)
    said = anna.tap(next(choice for choice in anna.buttons() if choice.startswith("helpful:")))
    assert said == [scene.sentence("helped")]


def test_chosen_among_suggestions_it_is_answered(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(JAM.question)
    choice = next(choice for choice in anna.buttons() if choice.startswith("helpful:")).replace("helpful", "ask")
    assert anna.tap(choice) == [JAM.answer]


def test_a_button_of_before_goes_on_working(scene: Scene, long_id: str) -> None:
    anna = scene.visitor()
    anna.say(WIFI.question)
    if len(long_id) <= 64:
        assert anna.tap(f"ask:{long_id}") == [JAM.answer]
    assert anna.tap(f"ask:{WIFI.id}") == [WIFI.answer]
