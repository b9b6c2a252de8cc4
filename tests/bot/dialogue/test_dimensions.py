"""Beside the overall score a customer may rate dimensions of a solution, by taps or in words, and nobody must."""

from __future__ import annotations

import pytest

from bot.agents.actions import Claim, Reply, Resolve
from bot.dialogue.dimension_words import dimension_scores
from bot.wording import surveys as words
from escalation.staff import Staff
from escalation.tickets import history, ratings
from tests.bot.scene import Scene, Visitor
from tests.bot.sending import tap_choice as tap

LABELS = {"efficiency": "效率", "response": "响应", "expertise": "专业", "communication": "沟通"}


def solved(scene: Scene, anna: Visitor) -> Staff:
    anna.say("打印机卡纸，修不好，转人工")
    li = scene.staff()
    solve(scene, li)
    anna.read()
    anna.say("没有了")
    return li


def solve(scene: Scene, li: Staff) -> None:
    scene.act(li, Claim())
    scene.act(li, Reply("好了。", f"key-{scene.now:%H%M%S}"))
    scene.act(li, Resolve())
    scene.pass_time(minutes=1)


def kept(scene: Scene) -> list[tuple[int, str, int]]:
    return [(row.solution, row.dimension, row.score) for row in scene.read(ratings.dimensions_of, scene.ticket.id)]


def test_the_dimensions_are_offered_with_the_question_for_a_reason(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    assert anna.tap("rate:4") == [scene.sentence("ask_reason") + words.ASK_DIMENSIONS]
    buttons = anna.lines()[-1].meta["buttons"]
    assert len(buttons) == 20
    assert buttons[5] == {"choice": f"dim:{scene.ticket.id}:1:response:1", "label": "响应 1"}


@pytest.mark.parametrize(
    ("said", "scores", "wrong", "rest"),
    [
        ("响应 3 专业 5", {"response": 3, "expertise": 5}, (), ""),
        ("響應：４分，沟通给两分", {"response": 4, "communication": 2}, (), ""),
        ("效率5星，响应 9，师傅人很好", {"efficiency": 5}, ("响应 9",), "师傅人很好"),
        ("专业 0 沟通 十", {}, ("专业 0", "沟通 十"), ""),
    ],
)
def test_scores_are_found_beside_the_names_of_dimensions(
    said: str, scores: dict[str, int], wrong: tuple[str, ...], rest: str
) -> None:
    given = dimension_scores(said, LABELS)
    assert given is not None
    assert (dict(given.scores), given.wrong, given.rest) == (scores, wrong, rest)


@pytest.mark.parametrize("said", ["效率很高", "响应 3 天才来", "专业打印机 5 台", "5分"])
def test_what_is_no_score_of_a_dimension_is_none(said: str) -> None:
    assert dimension_scores(said, LABELS) is None


def test_dimensions_in_words_are_kept_and_the_last_counts(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.tap("rate:4")
    assert anna.say("响应 3 专业 5") == ["已记下：响应 3 分、专业 5 分，感谢您的反馈。"]
    assert anna.say("响应 4") == ["已按您最后的评分改为：响应 4 分，感谢您的反馈。"]
    assert anna.say("响应 4分") == ["您已经评过 响应 4 分，不用重复评价。"]
    assert kept(scene) == [(1, "response", 3), (1, "expertise", 5), (1, "response", 4)]
    assert scene.read(ratings.latest_dimensions, scene.ticket.id, 1) == {"response": 4, "expertise": 5}
    assert scene.ticket.rating == 4
    [*_, last] = [row for row in scene.read(history.history_of, scene.ticket.id) if row.kind == "dimensions_rated"]
    assert last.data["scores"] == {"response": 4}


def test_a_dimension_score_out_of_range_is_told(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.tap("rate:4")
    assert anna.say("响应 9") == ["各项评分请填 1 到 5 分，「响应 9」没有登记，请重新填写。"]
    assert anna.say("响应 2，专业 8分") == [
        "已记下：响应 2 分，感谢您的反馈。\n各项评分请填 1 到 5 分，「专业 8分」没有登记，请重新填写。"
    ]
    assert kept(scene) == [(1, "response", 2)]


def test_the_overall_score_and_the_dimensions_may_come_in_one_sentence(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    assert anna.say("5分，响应3，沟通4，师傅很有耐心")[-1] == scene.sentence("rated_thanks")
    assert scene.ticket.rating == 5
    assert kept(scene) == [(1, "response", 3), (1, "communication", 4)]
    assert scene.ticket.rating_reason is not None


def test_dimensions_without_the_overall_score_are_kept_and_it_is_asked_for(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    assert anna.say("响应3 沟通4")[-1] == scene.sentence("ask_rating")
    assert anna.say("4") == [scene.sentence("ask_reason") + words.ASK_DIMENSIONS]
    assert (scene.ticket.rating, len(kept(scene))) == (4, 2)


def test_a_reason_is_still_a_reason(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.tap("rate:4")
    assert anna.say("响应很快") == [scene.sentence("rated_thanks")]
    assert (scene.ticket.rating_reason, kept(scene)) == ("响应很快", [])


def test_a_tap_on_a_dimension_is_kept_and_a_second_one_replaces_what_counts(
    scene_anywhere: Scene,
) -> None:
    scene = scene_anywhere
    anna = scene.visitor("anna")
    solved(scene, anna)
    number = scene.ticket.id
    anna.tap(f"rate:4:{number}:1")
    assert tap(anna, f"dim:{number}:1:response:3") == ["已记下：响应 3 分，感谢您的反馈。"]
    assert tap(anna, f"dim:{number}:1:response:3") == ["您已经评过 响应 3 分，不用重复评价。"]
    assert tap(anna, f"dim:{number}:1:response:5") == ["已按您最后的评分改为：响应 5 分，感谢您的反馈。"]
    assert kept(scene) == [(1, "response", 3), (1, "response", 5)]
    assert anna.say("师傅很有耐心") == [scene.sentence("rated_thanks")]  # the reason is still asked for
    assert scene.ticket.rating_reason == "师傅很有耐心"


def test_a_late_tap_rates_the_solution_it_names_or_says_that_it_is_past(scene: Scene, anna: Visitor) -> None:
    li = solved(scene, anna)
    first = scene.ticket.id
    anna.say("还是没解决")
    for choice in (f"rate:5:{first}:1", f"dim:{first}:1:response:3"):
        assert tap(anna, choice) == ["您的问题还在处理，刚才的评分没有登记，处理完后会再请您评价。"]
    solve(scene, li)
    anna.read()
    past = "您刚才评的是之前那次处理，评分没有登记；之后又处理过一次，欢迎为最近这次评价。"
    assert tap(anna, f"rate:5:{first}:1") == [past]
    assert anna.buttons()[0] == f"rate:1:{first}:2"
    assert scene.ticket.rating is None
    anna.say("帮我查个物流单，转人工")  # another matter of theirs
    assert scene.ticket.id != first
    assert tap(anna, f"rate:2:{first}:2") == ["已为您之前的那次服务记为 2 分，感谢您的反馈。"]
    assert [row.score for row in scene.read(ratings.ratings_of, first)] == [2]
    assert scene.clock_of("follow_up", first).state == "open"
    scene.pass_time(days=4)
    late = "这次服务的评价已经结束，刚才的评分没有登记。如仍有问题，请直接写下来，我们会继续为您处理。"
    assert tap(anna, f"rate:5:{first}:2") == [late]


def test_nobody_rates_the_ticket_of_somebody_else(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    number = scene.ticket.id
    ben = scene.visitor("ben")
    ben.say("你好")
    assert tap(ben, f"rate:1:{number}:1") == ["refused"]
    assert tap(ben, f"dim:{number}:1:response:1") == ["refused"]
    assert tap(anna, "rate:1:999:1") == ["refused"]
