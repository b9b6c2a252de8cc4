"""What a topic does not show yet is put into as few messages as fit, and every line stays findable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot.agents.actions import Note, Reply
from bot.telegram.desk.mirror import TopicMessage, next_piece
from bot.topic_sync import topics
from bot.transcript import conversations, message_store
from bot.transcript.channel_message_ids import remember_id
from bot.transcript.edits import revise
from bot.wording.utf16 import units
from tests.bot.scene import Scene, Visitor
from tests.bot.telegram.forum import GROUP
from tests.bot.topic_rows import topic_of


@pytest.fixture
def desk(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, topic_groups=(GROUP,), staff_chat="desk")
    return scene


@pytest.fixture
def visitor(desk: Scene) -> Visitor:
    """A customer whose ticket's topic shows everything so far; the bot is silent from now on."""
    found = desk.visitor("555", "telegram")
    found.say("人工")
    desk.write(lambda db: db.execute(update(topics.topics).values(chat=GROUP, thread=3, card=4)))
    found.say("订单 AB1234567")
    rest_of(desk)
    return found


def next_of(scene: Scene) -> TopicMessage | dict[str, int] | None:
    """What the newest ticket's topic lacks."""

    def look(db: Any) -> Any:
        topic, ticket = topic_of(db, scene.ticket.id), scene.ticket
        return next_piece(db, topic, ticket, conversations.get_conversation(db, ticket.conversation_id), "王工")

    found: TopicMessage | dict[str, int] | None = scene.read(look)
    return found


def rest_of(scene: Scene) -> list[TopicMessage]:
    """Piece by piece, each taken as said."""
    said: list[TopicMessage] = []
    while (piece := next_of(scene)) is not None:
        marks = piece.marks if isinstance(piece, TopicMessage) else piece
        scene.write(lambda db, marks=marks: db.execute(update(topics.topics).values(**marks)))
        said += [piece] if isinstance(piece, TopicMessage) else []
    return said


def words(pieces: list[TopicMessage]) -> list[str]:
    return [piece.words.text if piece.words else "" for piece in pieces]


def test_the_talk_before_the_hand_over_is_one_message_that_stands_for_the_customers_last_line(desk: Scene) -> None:
    visitor = desk.visitor()
    visitor.say("打印机卡纸怎么办")
    visitor.tap("unhelpful:paper-jam")
    visitor.say("人工")
    desk.write(lambda db: db.execute(update(topics.topics).values(chat=GROUP, thread=3, card=4)))
    said = rest_of(desk)
    assert len(said) == 1
    assert said[0].words is not None
    assert "点选「没帮助」" in said[0].words.text
    last = [line for line in visitor.lines() if line.author == "customer"][-1]
    assert said[0].stands_for == ("line", last.id)


def test_several_short_lines_of_one_person_share_a_message(desk: Scene, visitor: Visitor) -> None:
    for text in ("型号是 M227", "昨天开始的", "两台都这样"):
        visitor.say(text)
    said = rest_of(desk)
    assert words(said) == ["客户 王工：型号是 M227\n昨天开始的\n两台都这样"]
    assert said[0].stands_for == ("line", visitor.lines()[-1].id)
    assert not said[0].quiet


def test_what_kind_a_line_was_and_whose_words_were_passed_on_stands_before_it(desk: Scene, visitor: Visitor) -> None:
    visitor.send("text", text="今晚能修好吗", mark="投票，转发自王五")
    assert words(rest_of(desk))[0] == "客户 王工：[投票，转发自王五]今晚能修好吗"


def test_different_people_do_not_share_one_so_that_an_answer_is_never_meant_for_another(
    desk: Scene, visitor: Visitor
) -> None:
    who = desk.claimed_by(desk.staff())
    visitor.say("型号是 M227")
    desk.act(who, Reply("马上看", "k"))
    desk.clock.advance(seconds=1)
    desk.act(who, Note("注意语气"))
    desk.clock.advance(seconds=1)
    visitor.say("谢谢配合")
    assert words(rest_of(desk)) == [
        "客户 王工：型号是 M227",
        "客服 客服li：马上看",
        "内部备注 客服li：注意语气",
        "客户 王工：谢谢配合",
    ]


def test_where_much_was_missed_they_do(desk: Scene, visitor: Visitor) -> None:
    who = desk.claimed_by(desk.staff())
    for number in range(4):
        visitor.say(f"第 {number} 句话")
        desk.act(who, Reply(f"第 {number} 句回答", f"k{number}"))
    assert len(rest_of(desk)) == 1


def test_but_a_remark_never_shares_one_with_the_customer_lest_an_answer_to_it_be_sent(
    desk: Scene, visitor: Visitor
) -> None:
    who = desk.claimed_by(desk.staff())
    for number in range(3):
        visitor.say(f"第 {number} 句话")
        desk.clock.advance(seconds=1)
        desk.act(who, Note(f"第 {number} 条备注"))
        desk.clock.advance(seconds=1)
    pieces = rest_of(desk)
    assert [piece.stands_for[0] for piece in pieces] == ["line", "note"] * 3
    assert all(
        ("备注" in told) == (piece.stands_for[0] == "note") for told, piece in zip(words(pieces), pieces, strict=True)
    )


def test_what_does_not_fit_goes_on_in_the_next_message(desk: Scene, visitor: Visitor) -> None:
    for _ in range(5):
        visitor.send("text", text="好" * 1999)
    said = rest_of(desk)
    assert len(said) == 3
    assert all(units(text) <= 4096 for text in words(said))
    assert "".join(words(said)).count("好") == 5 * 1999


def test_an_agents_answer_longer_than_a_message_is_cut(desk: Scene, visitor: Visitor) -> None:
    desk.act(desk.claimed_by(desk.staff()), Reply("😀" * 3000, "k"))
    assert visitor.lines()
    said = rest_of(desk)
    assert units(words(said)[0]) <= 4080
    assert words(said)[0].endswith("…")


def test_what_was_written_in_the_topic_is_not_said_there_again(desk: Scene, visitor: Visitor) -> None:
    desk.act(desk.claimed_by(desk.staff()), Reply("在话题里写的", "k"))
    line = visitor.lines()[-1].id
    desk.write(remember_id, GROUP, 901, message_id=line)
    assert next_of(desk) == {"told": line, "noted": 0}
    assert rest_of(desk) == []


def test_a_changed_message_is_shown_as_old_and_new_in_answer_to_where_it_stands(desk: Scene, visitor: Visitor) -> None:
    visitor.say("型号是 M22")
    line = visitor.lines()[-1].id
    rest_of(desk)
    desk.write(remember_id, GROUP, 900, message_id=line)
    for text in ("型号是 M227", "型号是 M227dw"):
        desk.write(revise, line, text, desk.now)
    said = rest_of(desk)
    assert words(said) == [
        "客户 王工修改了消息：型号是 M22 → 型号是 M227",
        "客户 王工修改了消息：型号是 M227 → 型号是 M227dw",
    ]
    assert [piece.reply_to for piece in said] == [900, 900]
    assert said[0].stands_for == ("line", line)
    desk.write(revise, line, "", desk.now)
    assert words(rest_of(desk)) == ["客户 王工修改了消息：型号是 M227dw → （没有文字）"]


def test_a_reply_answers_the_line_where_it_stands_or_quotes_it(desk: Scene, visitor: Visitor) -> None:
    visitor.say("两台都坏了")
    line = visitor.lines()[-1].id
    rest_of(desk)
    _reply(desk, visitor, "就是这台", line)
    desk_piece = next_of(desk)
    assert isinstance(desk_piece, TopicMessage)
    assert words([desk_piece]) == ["客户 王工：（回复：两台都坏了）就是这台"]
    desk.write(remember_id, GROUP, 900, message_id=line)
    desk_piece = next_of(desk)
    assert isinstance(desk_piece, TopicMessage)
    assert (words([desk_piece]), desk_piece.reply_to) == (["客户 王工：就是这台"], 900)


def _reply(desk: Scene, visitor: Visitor, text: str, line: int) -> None:
    def add(db: Any) -> None:
        conversation = conversations.lock_conversation(db, "telegram", visitor.address, desk.now)
        message_store.add_message(db, conversation, "customer", text, desk.now, reply_to=line)

    desk.write(add)


def test_an_album_is_one_piece_and_costs_a_group_as_many_messages_as_it_has_pictures(
    desk: Scene, visitor: Visitor
) -> None:
    def add(db: Any, first: int) -> None:
        conversation = conversations.lock_conversation(db, "telegram", visitor.address, desk.now)
        for number in range(3):
            what: dict[str, Any] = {"file": f"{number}.jpg", "album": f"a{first}"}
            line = message_store.add_message(db, conversation, "customer", "", desk.now, kind="file", **what)
            remember_id(db, 555, first + number, message_id=line)

    desk.write(add, 70)
    said = rest_of(desk)
    assert [piece.copies for piece in said] == [(70, 71, 72)]
    assert said[0].source == 555
    assert words(said) == ["客户 王工："]
    assert said[0].messages == 4
    desk.write(add, 80)
    assert words(rest_of(desk)) == [""]  # the customer spoke last: they are not named again


def test_lines_of_the_bot_alone_are_quiet(desk: Scene, visitor: Visitor) -> None:
    visitor.say("快点")
    assert visitor.lines()[-1].author == "bot"
    assert [piece.quiet for piece in rest_of(desk)] == [False, True]
