"""A danger that may be meant: the question back, what answers it, and what silence means."""

from __future__ import annotations

import pytest

from tests.bot.scene import ORDER, SCRIPT, Scene, Visitor

MAYBE = "打印机冒烟正常吗"


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    return scene.visitor()


def alarm(scene: Scene, by: str) -> list[str]:
    return [scene.sentence("safety"), scene.sentence("handed_off_critical", by=by)]


def test_a_question_with_a_word_of_danger_is_asked_back_and_is_no_ticket(scene: Scene, anna: Visitor) -> None:
    assert anna.say(MAYBE) == [scene.sentence("danger_ask")]
    assert scene.tickets == []


@pytest.mark.parametrize("words", ["没有冒烟", "如果冒烟了要赔吗", "怎么防止漏电"])
def test_a_word_of_danger_that_is_negated_or_supposed_raises_no_alarm(scene: Scene, anna: Visitor, words: str) -> None:
    assert scene.sentence("safety") not in anna.say(words)
    assert scene.tickets == []


@pytest.mark.parametrize("words", ["冒烟了怎么办", "机器冒烟了", "漏电了，快来人"])
def test_whoever_asks_what_to_do_about_it_is_in_danger(scene: Scene, anna: Visitor, words: str) -> None:
    assert anna.say(words) == alarm(scene, "今天 10:15")


@pytest.mark.parametrize("words", ["有", "有的", "是的", "对", "对。", "没错", "嗯", "嗯，对", "有烟，冒烟了"])
def test_a_yes_raises_the_alarm(scene: Scene, anna: Visitor, words: str) -> None:
    anna.say(MAYBE)
    assert anna.say(words)[-1] == scene.sentence("handed_off_critical", by="今天 10:15")
    assert (scene.ticket.reason, scene.ticket.urgency) == ("critical", "critical")
    assert scene.ticket.subject.startswith(MAYBE)


@pytest.mark.parametrize("words", ["好的", "可以", "ok"])
def test_a_mere_assent_says_nothing_of_smoke_and_raises_no_alarm(scene: Scene, anna: Visitor, words: str) -> None:
    anna.say(MAYBE)
    assert scene.sentence("safety") not in anna.say(words)
    assert scene.tickets == []


def test_who_tells_something_else_leaves_it_open_and_is_handed_over(scene: Scene, anna: Visitor) -> None:
    anna.say(MAYBE)
    assert anna.say("明早要交三百份卷子")[0] == scene.sentence("handed_off", by="今天 12:00")
    assert scene.ticket.urgency != "critical"


@pytest.mark.parametrize("words", ["没有", "没", "不是", "嗯，没有"])
def test_after_a_no_the_question_goes_on(scene: Scene, anna: Visitor, words: str) -> None:
    anna.say(MAYBE)
    assert anna.say(words) == [scene.sentence("unknown")]  # it is none of ours
    scene.pass_time(minutes=10)
    assert scene.tickets == []


def test_a_no_with_a_question_of_ours_is_answered(scene: Scene, anna: Visitor) -> None:
    anna.say(MAYBE)
    assert anna.say("没有，怎么查订单") == [ORDER.answer]


def test_a_no_with_a_question_that_is_hardly_sure_is_answered_too(
    scene: Scene, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "我那个订单走到哪了"
    for text in (asked, f"没有，{asked}"):
        monkeypatch.setitem(SCRIPT, text, [(ORDER, 0.88)])  # type: ignore[index]
    anna.say(MAYBE)
    assert anna.say(f"没有，{asked}") == [f"您是问“{ORDER.question}”吧？\n{ORDER.answer}"]


def test_two_minutes_of_silence_are_taken_for_a_danger(scene: Scene, anna: Visitor) -> None:
    anna.say(MAYBE)
    scene.pass_time(minutes=2)
    assert anna.read() == alarm(scene, "今天 10:17")
    assert (scene.ticket.urgency, scene.ticket.subject) == ("critical", MAYBE)


def test_silence_on_a_ticket_that_waits_raises_it_and_opens_no_other(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    assert anna.say(MAYBE) == [scene.sentence("danger_ask")]
    scene.pass_time(minutes=2)
    assert anna.read() == alarm(scene, "今天 10:17")
    assert [ticket.urgency for ticket in scene.tickets] == ["critical"]


def test_a_no_on_a_ticket_that_waits_leaves_the_question_to_its_person(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    anna.say(MAYBE)
    assert anna.say("没有") == [scene.sentence("question_noted", by="今天 12:00")]
    scene.pass_time(minutes=10)
    assert [ticket.urgency for ticket in scene.tickets] == ["normal"]


def test_once_a_person_has_claimed_it_silence_means_nothing(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    anna.say(MAYBE)
    scene.claimed_by(scene.staff())
    scene.pass_time(minutes=3)
    assert [ticket.urgency for ticket in scene.tickets] == ["normal"]
    assert anna.read() == []


def test_the_answer_may_come_in_pieces(scene: Scene, anna: Visitor) -> None:
    anna.say(MAYBE)
    anna.say("那个", settle=False)
    assert anna.say("有")[-1] == scene.sentence("handed_off_critical", by="今天 10:15")
