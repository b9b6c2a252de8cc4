"""A tap counts where its button was offered, for as long as it means something; and looking writes nothing."""

from __future__ import annotations

import itertools

from bot.agents.actions import Reply, Resolve
from bot.dialogue import intake
from bot.dialogue.choices import LOOKED_BACK, is_offered
from bot.messages import Incoming
from bot.transcript.channel_message_ids import remember_id
from tests.bot.scene import Scene, Visitor

CHAT = "77"
_keys = itertools.count(1)


def telegram(scene: Scene) -> Visitor:
    return scene.visitor(CHAT, "telegram")


def tap(choice: str, under: int | None = None, key: str = "") -> Incoming:
    return Incoming("telegram", CHAT, key or f"tap:{next(_keys)}", "choice", choice=choice, reply_to=under)


def counts(scene: Scene, message: Incoming) -> bool:
    found: bool = scene.read(is_offered, scene.rules, message, scene.now)
    return found


def test_a_button_counts_under_its_own_line_however_old(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = telegram(scene)
    anna.say("怎么查订单")
    scene.write(remember_id, int(CHAT), 5, message_id=anna.lines()[-1].id)
    for _ in range(LOOKED_BACK // 2 + 1):
        anna.say("谢谢")
    assert counts(scene, tap("helpful:order-query", 5))
    assert not counts(scene, tap("helpful:order-query", 6))
    assert not counts(scene, tap("helpful:wifi-failed", 5))


def test_a_button_whose_number_nobody_wrote_down_counts_too(scene: Scene) -> None:
    telegram(scene).say("怎么查订单")
    assert counts(scene, tap("helpful:order-query", 5))


def test_nothing_was_offered_to_somebody_who_never_wrote(scene: Scene) -> None:
    telegram(scene)
    assert not counts(scene, tap("person", 5))


def test_a_line_of_another_chat_offers_nothing_here(scene: Scene) -> None:
    other = scene.visitor("78", "telegram")
    other.say("怎么查订单")
    telegram(scene).say("帮我写一首关于秋天的诗")
    scene.write(remember_id, int(CHAT), 5, message_id=other.lines()[-1].id)
    assert not counts(scene, tap("helpful:order-query", 5))


def test_a_tap_taken_in_before_still_counts_when_it_comes_again(scene: Scene) -> None:
    anna = telegram(scene)
    anna.say("打印机有点问题")
    again = tap("ask:wifi-failed", key="tap:again")
    assert counts(scene, again)
    scene.write(intake.receive, scene.rules, again, None, scene.now)
    scene.rules = type(scene.rules)(
        scene.policy, scene.rules.vault, scene.rules.index_builder.index((), revision=2, fillers=())
    )
    assert counts(scene, again)
    assert not counts(scene, tap("ask:wifi-failed"))  # no longer in the knowledge base


def test_a_score_counts_when_it_is_asked_for_and_another_after_it(scene: Scene) -> None:
    anna = telegram(scene)
    anna.say("转人工")
    who = scene.claimed_by(scene.staff())
    scene.act(who, Reply("您好", "k" * 8))
    scene.act(who, Resolve(why="当场解决"))
    anna.say("没有了")
    assert "rate:5:1:1" in anna.buttons()
    assert counts(scene, tap("rate:5:1:1"))
    anna.tap("rate:5:1:1")
    assert counts(scene, tap("rate:4:1:1"))
    assert not counts(scene, tap("rate:4:2:1"))
