"""What customers change afterwards: each version is kept, what is still being gathered is judged by the newest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Resolve
from bot.dialogue import edits
from bot.messages import Edited, File
from bot.transcript.edits import newest_revision, revisions, revisions_of
from bot.transcript.quotes import quotes_of
from tests.bot.dialogue.phone import CHAT, Phone
from tests.bot.scene import Scene


@pytest.fixture
def phone(scene_anywhere: Scene) -> Phone:
    return Phone(scene_anywhere)


def test_a_line_keeps_its_first_words_and_says_its_last(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    for text in ("怎么查订单？", "怎么查 订单？"):
        phone.edit(1, text)
    (line,) = phone.said
    assert (line.text, line.words) == ("怎么查订单", "怎么查 订单？")
    assert phone.versions() == ("怎么查订单", "怎么查订单？")
    kept = phone.scene.read(revisions_of, [line.id])[line.id]
    assert [each.text for each in kept] == ["怎么查订单？", "怎么查 订单？"]


def test_the_same_edit_again_and_an_edit_to_the_same_words_are_nothing_new(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    phone.edit(1, "怎么查订单？")
    phone.edits -= 1
    assert phone.edit(1, "怎么查订单？").duplicate
    phone.edit(1, "怎么查订单？")
    assert phone.scene.count(revisions) == 1


def test_an_earlier_edit_that_comes_later_does_not_win(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    phone.edit(1, "第二版", order=20)
    phone.edit(1, "第一版", order=10)
    (line,) = phone.said
    assert line.words == "第二版"
    assert phone.versions() == ("怎么查订单", "第一版")


def test_while_words_are_gathered_the_newest_are_judged(phone: Phone) -> None:
    assert phone.say(1, "那个").composing
    phone.edit(1, "怎么查订单")
    assert phone.heard == ["点「我的订单」即可查看。"]


def test_words_gathered_and_changed_are_judged_together_when_the_time_is_up(phone: Phone) -> None:
    phone.say(1, "那个打印")
    phone.edit(1, "那个打印机")
    phone.say(2, "连不上wifi了")
    phone.scene.pass_time(seconds=5)
    assert phone.heard == ["请重启路由器后再试。"]


def test_an_edit_after_the_answer_is_not_answered(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    phone.edit(1, "怎么开发票")
    assert len(phone.heard) == 1


def test_an_edit_that_speaks_of_danger_is_heard_at_once(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    phone.edit(1, "打印机冒烟了")
    assert phone.scene.ticket.reason == "critical"
    assert phone.heard[1].startswith("如有冒烟、起火或漏电")
    phone.edit(1, "打印机冒烟了！")
    assert len(phone.scene.tickets) == 1


def test_an_edit_that_speaks_of_danger_raises_an_open_ticket(phone: Phone) -> None:
    phone.say(1, "转人工")
    phone.say(2, "打印机坏了")
    phone.edit(2, "打印机坏了，还漏电")
    assert phone.scene.ticket.urgency == "critical"
    assert len(phone.scene.tickets) == 1


def test_an_edit_to_an_open_ticket_is_in_sight_of_its_holder(phone: Phone) -> None:
    phone.say(1, "转人工")
    phone.say(2, "型号是 M20")
    phone.scene.claimed_by(phone.scene.staff())
    told = len(phone.heard)
    phone.edit(2, "型号是 M21")
    assert phone.scene.read(newest_revision, phone.said[0].conversation_id) == 1
    assert phone.said[1].ticket_id == phone.scene.ticket.id
    assert (phone.versions(1), len(phone.heard)) == (("型号是 M20",), told)


def test_an_edit_of_what_was_never_heard_of_is_the_message(phone: Phone) -> None:
    phone.edit(1, "怎么查订单")
    assert phone.heard == ["点「我的订单」即可查看。"]
    assert phone.say(1, "怎么查定单").duplicate
    (line,) = phone.said
    assert (line.text, line.words, phone.versions()) == ("怎么查定单", "怎么查订单", ("怎么查定单",))
    assert phone.say(1, "怎么查定单").duplicate
    assert (phone.scene.count(revisions), len(phone.heard)) == (1, 1)


def test_a_message_that_its_edit_only_overtook_adds_nothing(phone: Phone) -> None:
    phone.edit(1, "怎么查订单")
    phone.say(1, "怎么查订单")
    assert phone.versions() == ()
    assert phone.scene.count(revisions) == 0


def test_emoji_put_in_place_of_words_are_kept_and_of_an_unknown_message_are_nothing(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    for number, key in ((1, "e:a"), (2, "e:b")):
        edited = Edited("telegram", CHAT, key, f"m:{number}", number, "👍", None, (9, 9))
        phone.scene.write(edits.revise, phone.scene.rules, edited, None, phone.scene.now)
    assert [line.words for line in phone.said] == ["👍"]


def test_another_file_in_place_of_the_first_is_a_line_of_its_own_that_refers_to_it(phone: Phone) -> None:
    first = File("a.jpg", "image/jpeg", 5, reference="r1")
    phone.say(1, "屏幕花了", kind="file", file=first)
    phone.edit(1, "屏幕裂了", kind="file", file=File("a.jpg", "image/jpeg", 5, reference="r1-again"))
    phone.edit(1, "屏幕裂了", kind="file", file=File("b.jpg", "image/jpeg", 7, reference="r2"))
    one, two = phone.said
    assert (one.words, two.text, two.meta["file"], two.meta["reply_to"]) == ("屏幕裂了", "屏幕裂了", "b.jpg", one.id)
    assert len(phone.scene.tickets) == 1


def test_an_edit_says_nothing_about_somebody_elses_message(phone: Phone) -> None:
    phone.say(1, "怎么查订单")
    foreign = Edited("telegram", "78", "e:1", "m:1", 1, "改掉", None, (1, 1))
    phone.scene.write(edits.revise, phone.scene.rules, foreign, None, phone.scene.now)
    assert phone.said[0].words == "怎么查订单"


def test_a_reply_to_a_line_of_an_earlier_matter_names_its_ticket(phone: Phone) -> None:
    phone.say(1, "转人工")
    phone.say(2, "字" * 70)
    li = phone.scene.claimed_by(phone.scene.staff())
    phone.scene.act(li, Resolve(why="当场解决"))
    phone.scene.clock.now += timedelta(days=30)
    phone.scene.run_due()
    phone.say(3, "转人工")
    phone.say(4, "就是这件事", reply_to=2)
    phone.say(5, "还有这句", reply_to=4)
    phone.say(6, "没有这条", reply_to=99)
    quotes = phone.scene.read(quotes_of, phone.lines, {1, 2})
    old, new, none = phone.said[-3:]
    assert quotes[old.id].headed == f"回复 #1 的消息：{'字' * 60}…"
    assert quotes[new.id].headed == "回复：就是这件事"
    assert none.id not in quotes
    assert old.id not in phone.scene.read(quotes_of, phone.lines, {2})
