"""Beside the reply: canned replies filled in, answers by the customer's tier, suggestions and what is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.agents.actions import Claim
from bot.tickets import canned_replies
from bot.transcript.canned_reply_store import CannedReplyWords, list_replies
from bot.transcript.suggestion_verdicts import suggestion_verdicts
from knowledge_base.adjusting.judged_store import judged_answers
from tests.bot.scene import INVOICE, JAM, UNKNOWN, Scene
from tests.bot.web.console.console_scene import Console, Seat, alert_of

KEY = "0123456789abcdef"
STUCK = "纸卡在里面出不来"  # found with a confidence of 0.95


@pytest.fixture
def ticket(scene: Scene) -> int:
    visitor = scene.visitor()
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


@pytest.fixture
async def li(console: Console, scene: Scene, ticket: int) -> Seat:
    seat = await console.sits("li")
    scene.act(seat.who, Claim(), ticket)
    return seat


def add(scene: Scene, seat: Seat, code: str, text: str, *, team: bool = False, **more: str) -> int:
    words = CannedReplyWords(code, f"标题{code}", text, **more)
    return scene.write(canned_replies.add, scene.policy, seat.who, words, scene.now, team=team)


async def offered(seat: Seat, ticket: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await seat.look(f"/console/tickets/{ticket}/replies")).json()["replies"]
    return found


async def found(seat: Seat, ticket: int, words: str) -> list[str]:
    answers = (await seat.look(f"/console/tickets/{ticket}/answers?q={words}")).json()["answers"]
    return [each["question"] for each in answers]


def verdicts(scene: Scene) -> list[tuple[str, str]]:
    row = suggestion_verdicts.c
    return scene.read(lambda db: [tuple(each) for each in db.execute(select(row.article_id, row.verdict))])


def judged(scene: Scene) -> list[tuple[str, bool]]:
    row = judged_answers.c
    return scene.read(lambda db: [tuple(each) for each in db.execute(select(row.article_id, row.is_right))])


async def test_placeholders_are_filled_and_what_nobody_knows_is_left_to_the_agent(
    scene: Scene, ticket: int, li: Seat
) -> None:
    add(scene, li, "hi", "{客户姓名}您好，我是{公司}的{客服姓名}，工单 {工单号}，{承诺时间} 前答复。")
    (reply,) = await offered(li, ticket)
    promise = reply["text"].partition(f"工单 #{ticket}，")[2].removesuffix(" 前答复。")
    assert reply["text"].startswith("〔请填写：客户姓名〕您好，我是云印办公设备的客服li，")
    assert promise[-3] == ":"
    refused = await li.do(ticket, "reply", text=reply["text"], key=KEY)
    assert refused.status_code == 422
    assert alert_of(refused) == "回复里还有没填的内容：〔请填写：客户姓名〕。请填好或删去，再发送给客户。"
    sent = await li.do(ticket, "reply", text="国发〔2026〕1号，您好", key=KEY)
    assert sent.status_code == 303


async def test_what_fits_the_matter_comes_first_and_what_does_not_fit_is_not_offered(
    console: Console, scene: Scene, ticket: int, li: Seat
) -> None:
    han = await console.sits("han", "lead")
    for code, more in (("b", {}), ("c", {"queue": "投诉处理"}), ("d", {"topic": "发票"}), ("e", {"tier": "三级"})):
        add(scene, han, code, "您好", team=True, **more)
    add(scene, li, "a", "您好")
    add(scene, han, "h", "您好")
    assert [each["code"] for each in await offered(li, ticket)] == ["e", "a", "b"]


async def test_a_canned_reply_counts_when_it_is_sent(scene: Scene, ticket: int, li: Seat) -> None:
    mine, other = add(scene, li, "hi", "您好"), add(scene, li, "bye", "再见")
    await li.do(ticket, "reply", text="您好", key=KEY, canned=f"{mine} 999 x")
    uses = {each.id: each.uses for each in scene.read(list_replies, li.who.id)}
    assert uses == {mine: 1, other: 0}


async def test_answers_are_found_by_words_and_by_meaning_for_this_customers_tier_alone(
    console: Console, scene: Scene, ticket: int, li: Seat
) -> None:
    assert await found(li, ticket, "申请发票") == [INVOICE.question]
    assert await found(li, ticket, "纸卡在里面出不来") == [JAM.question, "打印机连不上wifi怎么办"]
    assert await found(li, ticket, "") == []
    index = scene.rules.index
    hidden = tuple(replace(each, tiers=("特级",)) if each == INVOICE else each for each in index.articles)
    scene.rules = replace(scene.rules, index=replace(index, articles=hidden))
    console.app.state.service.rules = scene.rules
    assert await found(li, ticket, "申请发票") == []


async def test_who_may_not_see_the_ticket_looks_nothing_up_there(console: Console, ticket: int) -> None:
    wu = await console.sits("wu", queues=("特级专席",))
    for way in ("replies", "answers?q=发票"):
        refused = await wu.look(f"/console/tickets/{ticket}/{way}")
        assert refused.status_code == 403
        assert "您无权查看这张工单，如需处理请联系组长。" in refused.text


async def test_an_agent_who_may_only_look_finds_answers_too(console: Console, scene: Scene, ticket: int) -> None:
    wang = await console.sits("wang")
    assert (await wang.look("/console/knowledge")).status_code == 403
    assert await found(wang, ticket, "申请发票") == [INVOICE.question]


@pytest.fixture
def stuck(scene: Scene, ticket: int, li: Seat) -> int:
    scene.visitor().say(STUCK)
    return ticket


async def test_an_adopted_answer_is_one_more_that_was_right(scene: Scene, stuck: int, li: Seat) -> None:
    page = (await li.look(f"/console/tickets/{stuck}")).text
    assert f'data-adopt="{JAM.id}" data-sure="0.95"' in page
    scene.clock.advance(minutes=1)
    await li.do(stuck, "reply", text=f" {JAM.answer}\n", key=KEY, article=JAM.id, sure="0.95")
    assert (verdicts(scene), judged(scene)) == ([(JAM.id, "adopted")], [(JAM.id, True)])
    assert "参考答案" not in (await li.look(f"/console/tickets/{stuck}")).text
    scene.clock.advance(minutes=1)
    scene.visitor().say(STUCK)
    assert "参考答案" in (await li.look(f"/console/tickets/{stuck}")).text


@pytest.mark.parametrize(
    ("reply", "verdict", "is_right"),
    [
        (JAM.answer + "再试一次。", "edited", True),  # the whole answer, and more
        ("请打开后盖，看看里面有没有碎纸，没有再叫我。", "edited", None),
        ("我马上安排工程师上门。", None, None),
    ],
)
async def test_other_words_are_counted_as_such(  # one row for each way to change it
    scene: Scene, stuck: int, li: Seat, reply: str, verdict: str | None, is_right: bool | None
) -> None:
    await li.do(stuck, "reply", text=reply, key=KEY, article=JAM.id, sure="0.95")
    assert verdicts(scene) == ([(JAM.id, verdict)] if verdict else [])
    assert judged(scene) == ([(JAM.id, is_right)] if is_right is not None else [])


async def test_an_answer_that_is_not_wanted_is_gone_and_was_not_right(scene: Scene, stuck: int, li: Seat) -> None:
    done = await li.do(stuck, "suggested", article=JAM.id, sure="0.95")
    assert done.headers["location"] == f"/console/tickets/{stuck}?done=suggested"
    page = (await li.look(done.headers["location"])).text
    assert "好的，这张工单上不再推荐这个答案。" in page
    assert "参考答案" not in page
    assert (verdicts(scene), judged(scene)) == ([(JAM.id, "declined")], [(JAM.id, False)])


async def test_who_keeps_the_knowledge_base_sees_what_becomes_of_suggestions(
    console: Console, stuck: int, li: Seat
) -> None:
    await li.do(stuck, "suggested", article=JAM.id, sure="0.95")
    han = await console.sits("han", "lead")
    page = (await han.look("/console/knowledge")).text
    assert "近 90 天：采纳 0 次，改后采纳 0 次，不用 1 次。" in page
    assert f"<b>「{JAM.question}」</b>" in page


async def test_standard_wording_and_process_follow_tier_and_topic(scene: Scene, ticket: int, li: Seat) -> None:
    wording = scene.policy.wording
    page = (await li.look(f"/console/tickets/{ticket}")).text
    assert f'data-insert="{wording["anything_else"]}"' in page
    assert "流程：三级" in page
    assert "明确答复" in page
    assert wording["complaint_apology"] not in page
    scene.visitor("bob").say("我要投诉你们打印机老卡纸")
    complaint = scene.ticket.id
    scene.act(li.who, Claim(), complaint)
    page = (await li.look(f"/console/tickets/{complaint}")).text
    assert f'data-insert="{wording["complaint_apology"]}"' in page
    assert 'data-insert="我们会在' in page
    assert "流程：三级，投诉" in page
    assert "<b>投诉办结</b>" in page
