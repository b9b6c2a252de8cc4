"""What an agent sent is corrected or taken back: the customer reads the new words, staff both."""

from __future__ import annotations

from typing import Any

import pytest

from bot.agents.actions import Claim, Reply, act_in_sight
from bot.agents.reply_corrections import CorrectReply, TakeBack
from bot.delivery.outbox import claim, conclude, outbox
from bot.messages import Outgoing, Sent
from bot.transcript.edits import revisions_of
from bot.transcript.message_store import Message
from bot.transcript.quotes import versions_of
from bot.web.chat.stream import read_transcript
from escalation.staff import Staff
from escalation.tickets import history
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene, Visitor

WRONG, RIGHT = "账号是 6222 0000", "账号是 6222 1111"


def replied(scene: Scene, visitor: Visitor, text: str = WRONG) -> tuple[Staff, Message]:
    """Somebody replies; the line is the newest."""
    visitor.say("转人工")
    li = scene.claimed_by(scene.staff("li", queues=("通用客服",)))
    scene.act(li, Reply(text, "12345678"))
    return li, visitor.lines()[-1]


def does(scene: Scene, who: Staff, action: Any) -> None:
    scene.write(act_in_sight, scene.rules, who, scene.ticket.id, action, scene.now)


def refusal(scene: Scene, who: Staff, action: Any) -> str:
    with pytest.raises(Refused) as refused:
        does(scene, who, action)
    return refused.value.code


def rows(scene: Scene) -> list[tuple[str, Any]]:
    found = scene.read(lambda db: db.execute(outbox.select().where(outbox.c.state == "pending")).all())
    return [(row.text, row.content) for row in found if row.channel == "telegram"]


def deliver(scene: Scene, number: int = 500) -> list[Outgoing]:
    """Everything to the customer's messenger arrives, one row after the other."""
    sent: list[Outgoing] = []
    while batch := scene.write(claim, "telegram", scene.now):
        sent += batch
        scene.write(conclude, [(each, Sent(number + len(sent))) for each in batch], scene.now)
    return sent


def test_the_customer_reads_the_new_words_and_staff_both(scene: Scene) -> None:
    anna = scene.visitor()
    li, line = replied(scene, anna)
    does(scene, li, CorrectReply(line.id, f" {RIGHT} "))
    (now,) = [each for each in anna.lines() if each.id == line.id]
    assert (now.words, now.text) == (RIGHT, WRONG)
    assert scene.read(versions_of, [now]) == {line.id: (WRONG,)}
    shown = scene.read(read_transcript, "anna", 0).shown["messages"][-1]
    assert (shown["text"], shown["corrected"]) == (RIGHT, True)
    assert WRONG not in str(shown)
    assert [row.kind for row in scene.read(history.history_of, scene.ticket.id)][-1] == "reply_corrected"


def test_an_open_page_is_told_of_the_change(scene: Scene) -> None:
    anna = scene.visitor()
    li, line = replied(scene, anna)
    assert scene.read(read_transcript, "anna", line.id).shown["corrected"] == []
    does(scene, li, CorrectReply(line.id, RIGHT))
    news = scene.read(read_transcript, "anna", line.id).shown
    assert news["messages"] == []
    assert [(each["id"], each["text"]) for each in news["corrected"]] == [(line.id, RIGHT)]


def test_an_account_number_in_a_correction_is_not_starred(scene: Scene) -> None:
    li, line = replied(scene, scene.visitor())
    does(scene, li, CorrectReply(line.id, "账号 6222021234567890123"))
    assert scene.read(revisions_of, [line.id])[line.id][0].text == "账号 6222021234567890123"


def test_what_is_taken_back_is_gone_from_the_customers_page(scene: Scene) -> None:
    anna = scene.visitor()
    li, line = replied(scene, anna)
    does(scene, li, TakeBack(line.id))
    shown = scene.read(read_transcript, "anna", 0).shown["messages"][-1]
    assert (shown["text"], shown["taken_back"]) == ("（这条消息已撤回）", True)
    assert refusal(scene, li, CorrectReply(line.id, RIGHT)) == "taken_back"
    assert refusal(scene, li, TakeBack(line.id)) == "taken_back"


def test_only_its_author_or_a_lead_corrects_it(scene: Scene) -> None:
    _, line = replied(scene, scene.visitor())
    other, lead = scene.staff("other"), scene.staff("zhao", "lead")
    elsewhere, manager = scene.staff("chen", queues=("技术支持",)), scene.staff("sun", "manager", ())
    assert refusal(scene, other, CorrectReply(line.id, RIGHT)) == "not_author"
    assert refusal(scene, manager, CorrectReply(line.id, RIGHT)) == "not_author"
    assert refusal(scene, elsewhere, TakeBack(line.id)) == "forbidden"
    does(scene, lead, CorrectReply(line.id, RIGHT))


def test_what_is_no_reply_of_this_ticket_or_no_other_text_is_refused(scene: Scene) -> None:
    anna = scene.visitor()
    li, line = replied(scene, anna)
    theirs = next(each for each in anna.lines() if each.author == "customer")
    assert refusal(scene, li, CorrectReply(theirs.id, RIGHT)) == "unknown_line"
    assert refusal(scene, li, CorrectReply(9_999, RIGHT)) == "unknown_line"
    assert refusal(scene, li, CorrectReply(line.id, " \n ")) == "empty"
    assert refusal(scene, li, CorrectReply(line.id, WRONG)) == "unchanged"
    assert refusal(scene, li, CorrectReply(line.id, "长" * 4_001)) == "too_long"
    scene.visitor("bo").say("转人工")
    scene.act(li, Claim())
    assert refusal(scene, li, CorrectReply(line.id, RIGHT)) == "unknown_line"


def test_what_has_not_left_yet_leaves_with_the_new_words(scene: Scene) -> None:
    li, line = replied(scene, scene.visitor("77", "telegram"))
    does(scene, li, CorrectReply(line.id, RIGHT))
    assert [(text, content) for text, content in rows(scene) if "账号" in text] == [(RIGHT, None)]


def test_what_was_sent_is_edited_where_it_stands(scene: Scene) -> None:
    li, line = replied(scene, scene.visitor("77", "telegram"))
    deliver(scene)
    does(scene, li, CorrectReply(line.id, RIGHT))
    (edit,) = deliver(scene, 900)
    assert edit.text == f"更正：{RIGHT}"
    assert edit.content is not None
    assert (edit.content["new"], edit.content["caption"]) == (RIGHT, False)
    assert 500 < edit.content["edit"] < 900


def test_a_text_of_two_messages_is_corrected_by_a_further_one(scene: Scene) -> None:
    li, line = replied(scene, scene.visitor("77", "telegram"), "😀" * 3_000)
    deliver(scene)
    does(scene, li, CorrectReply(line.id, RIGHT))
    assert rows(scene)[0][0] == f"更正：{RIGHT}"
    assert rows(scene)[0][1]["new"] is None
