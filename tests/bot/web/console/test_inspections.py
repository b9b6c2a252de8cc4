"""Inspectors draw and score on the console, agents read their scores and object, leads answer; all in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.agents.actions import Note
from escalation.policy.supervision import Checklist
from escalation.staff import disable_staff
from escalation.supervision import erased_inspections
from escalation.tickets.erased_history import erase_history
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import lock_ticket
from tests.bot.inspected import SUPERVISION, drawn, ended, records, supervised
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

ANSWERS = {"answer-wording": "no", "answer-attitude": "3", "remark-wording": "没有问候", "overall": "请注意用语"}


@pytest.fixture
def scene(scene: Scene) -> Scene:
    return supervised(scene)


@pytest.fixture
async def li(console: Console) -> Seat:
    return await console.sits("li")


@pytest.fixture
async def zhang(console: Console, li: Seat) -> Seat:
    """An inspector; the only ticket of li has ended."""
    ended(console.scene, li.who, "anna")
    console.scene.clock.advance(minutes=1)
    return await console.sits("zhang", "inspector", ())


async def sends(seat: Seat, path: str, **fields: str) -> httpx.Response:
    page = await seat.look("/console/notices")
    data = {"csrf": csrf_of(page), **fields}
    return await seat.browser.post(f"/console/inspections/{path}", data=data)


async def draws(seat: Seat, **fields: str) -> httpx.Response:
    return await sends(seat, "draw", **{"days": "7", "share": "100", "queue": "", **fields})


async def test_an_inspector_draws_and_scores_and_the_agent_reads_every_remark(
    console: Console, li: Seat, zhang: Seat
) -> None:
    assert (await draws(zhang)).headers["location"] == "/console/inspections?done=draw"
    board = (await zhang.look("/console/inspections?done=draw")).text
    assert "已抽取，种子和张数见下面的抽取记录。" in board
    assert "待评分 <small>1 张</small>" in board
    (record,) = records(console.scene)
    assert f"种子 <code>{record.draw.seed}</code>" in board
    page = (await zhang.look("/console/inspections/1")).text
    assert "转人工" in page
    assert "检查表 <small>版本" in page
    assert (await li.look("/console/inspections/1")).status_code == 403
    saved = await sends(zhang, "1/save", **{"answer-wording": "no"})
    assert saved.headers["location"] == "/console/inspections/1?done=save"
    assert "您经办的工单还没有被抽查评分。" in (await li.look("/console/inspections/mine")).text
    assert (await sends(zhang, "1/submit", **ANSWERS)).headers["location"] == "/console/inspections/1?done=submit"
    assert (await li.look("/console/inspections")).headers["location"] == "/console/inspections/mine"
    mine = (await li.look("/console/inspections/mine")).text
    for words in ("36 分", "没有问候", "请注意用语", "客服zhang", "提出异议"):
        assert words in mine


async def test_what_cannot_be_drawn_comes_back_with_a_sentence(console: Console, li: Seat, zhang: Seat) -> None:
    async def said(seat: Seat, **fields: str) -> tuple[int, str]:
        answer = await draws(seat, **fields)
        return answer.status_code, alert_of(answer)

    share = (422, "比例须大于 0 且不超过 100，最多两位小数，例如 5 或 12.5。")
    assert await said(zhang, share="0") == await said(zhang, share="100.01") == await said(zhang, share="五") == share
    days = (422, "天数须为 1 到 3650 的整数。")
    assert await said(zhang, days="0") == await said(zhang, days="") == await said(zhang, days="9999") == days
    assert await said(zhang, queue="特级专席") == (
        409,
        "这个时段没有由坐席经办并结束的工单，无可抽取；请换一个时段。",
    )
    await draws(zhang)
    assert await said(zhang) == (409, "这个时段结束的工单都已评分、已抽取过，或不能由这位质检员检查。")
    assert "抽取由质检员和主管进行。" in (await draws(li)).text
    manager = await console.sits("sun", "manager", ())
    assert await said(manager, inspector=str(li.who.id)) == (409, "客服li不是质检员，不能为其抽取。")
    supervised(console.scene, None)
    refresh(console)
    assert await said(zhang) == (409, "政策里没有「supervision」一节，现在不抽查。")


def refresh(console: Console) -> None:
    """Let the console's service have the scene's rules."""
    console.app.state.service.rules = console.scene.rules


async def test_what_cannot_be_scored_comes_back_with_a_sentence(console: Console, zhang: Seat) -> None:
    drawn(console.scene, zhang.who)

    async def said(path: str = "1/submit", seat: Seat = zhang, **fields: str) -> tuple[int, str]:
        answer = await sends(seat, path, **{**ANSWERS, **fields})
        return answer.status_code, alert_of(answer)

    assert await said(**{"answer-attitude": ""}) == (422, "「态度」还没有选择，每一项都要选。")
    assert await said(**{"answer-attitude": "9"}) == (422, "「态度」的选择无效，请重新选择。")
    assert await said(**{"answer-speed": "yes"}) == (422, "这次抽查的检查表里没有「speed」这一项，请刷新页面后再填。")
    assert await said(overall="长" * 2_001) == (413, "文字太长，最多 2000 字，请删减后再提交。")
    sun = await console.sits("sun", "inspector", ())
    assert "工单 #1 没有抽给您，不能评分。" in (await sends(sun, "1/submit", **ANSWERS)).text
    assert "没有这条抽查记录。" in (await sends(zhang, "99/submit", **ANSWERS)).text
    await sends(zhang, "1/submit", **ANSWERS)
    assert await said() == (409, "工单 #1 您已经提交过评分，每条记录只提交一次。")


async def test_a_refused_score_comes_back_as_it_was_filled_in(console: Console, zhang: Seat) -> None:
    drawn(console.scene, zhang.who)
    page = (await sends(zhang, "1/submit", **{**ANSWERS, "answer-attitude": "", "remark-wording": HOSTILE})).text
    assert 'name="answer-wording" value="no" checked' in page
    assert "<script>alert(1)" not in page
    assert "请注意用语" in page


async def test_of_two_inspectors_the_second_reads_whose_score_counts(console: Console, zhang: Seat) -> None:
    sun = await console.sits("sun", "inspector", ())
    for seat in (zhang, sun):
        drawn(console.scene, seat.who)
    await sends(zhang, "1/submit", **ANSWERS)
    answer = await sends(sun, "2/submit", **ANSWERS)
    assert (answer.status_code, alert_of(answer)) == (409, "工单 #1 已由客服zhang先提交评分，您的评分没有保存。")
    assert "；已由客服zhang评分" in (await sun.look("/console/inspections")).text


async def test_an_inspector_who_had_a_hand_in_it_is_refused(console: Console, zhang: Seat) -> None:
    drawn(console.scene, zhang.who)
    worker = replace(zhang.who, role="lead", queues=["*"])
    console.scene.act(worker, Note("看过"), 1)
    answer = await sends(zhang, "1/submit", **ANSWERS)
    assert (answer.status_code, alert_of(answer)) == (403, "您经办或协助过工单 #1，须由其他质检员检查。")


async def scored(console: Console, zhang: Seat) -> None:
    drawn(console.scene, zhang.who)
    await sends(zhang, "1/submit", **ANSWERS)


async def test_an_agent_objects_once_and_somebody_else_answers(
    console: Console, li: Seat, zhang: Seat, lead: Seat
) -> None:
    await scored(console, zhang)

    async def said(seat: Seat, path: str, **fields: str) -> tuple[int, str]:
        answer = await sends(seat, path, **fields)
        return answer.status_code, alert_of(answer)

    assert await said(li, "1/object", text=" ") == (422, "请写明内容。")
    assert (await sends(li, "1/object", text="有问候")).status_code == 303
    assert await said(li, "1/object", text="再说") == (409, "您已经对这次评分提出过异议，每次评分只能提出一次。")
    upheld = {"outcome": "upheld", "text": "确有问候", "answer-wording": "yes", "answer-attitude": "3"}
    own = (403, "评分人和被评分人都不能答复这项异议，请由其他人答复。")
    assert await said(zhang, "1/answer", **upheld) == await said(li, "1/answer", **upheld) == own
    elsewhere = await console.sits("bai", "lead", ("特级专席",))
    assert "异议由这个队列的组长、主管或管理员答复。" in (await sends(elsewhere, "1/answer", **upheld)).text
    assert "去答复" in (await lead.look("/console/inspections")).text
    assert "去答复" not in (await elsewhere.look("/console/inspections")).text
    assert await said(lead, "1/answer", text="好") == (422, "请选择异议成立还是维持评分。")
    same = {**upheld, "answer-wording": "no"}
    assert await said(lead, "1/answer", **same) == (422, "异议成立时须至少改一项；如果各项都不改，请选择维持评分。")
    assert (await sends(lead, "1/answer", **upheld)).status_code == 303
    assert await said(lead, "1/answer", **upheld) == (409, "这项异议已由客服han答复，不能再次答复。")
    mine = (await li.look("/console/inspections/mine")).text
    assert "76 分</b> <small>原评分 36 分</small>" in mine
    assert "确有问候" in mine
    assert "去答复" not in (await lead.look("/console/inspections")).text


async def test_after_its_term_nobody_objects(console: Console, li: Seat, zhang: Seat) -> None:
    await scored(console, zhang)
    until = "11月28日（周六）10:01"
    console.scene.clock.advance(days=6)
    await li.sign_in()
    answer = await sends(li, "1/object", text="有问候")
    assert (answer.status_code, alert_of(answer)) == (409, f"提出异议的期限（{until}）已过。")
    assert "已过。" in (await li.look("/console/inspections/mine")).text


async def test_nobody_objects_to_the_score_of_another(console: Console, li: Seat, zhang: Seat) -> None:
    await scored(console, zhang)
    wang = await console.sits("wang")
    answer = await sends(wang, "1/object", text="不公平")
    assert answer.status_code == 403
    assert "这不是对您的评分，您不能提出异议。" in answer.text
    assert (
        "这条抽查记录不对您开放；您自己的抽查评分在「我的抽查」里。" in (await wang.look("/console/inspections/1")).text
    )


async def test_a_rectification_is_asked_for_and_marked_as_done(console: Console, li: Seat, zhang: Seat) -> None:
    await scored(console, zhang)

    async def said(**fields: str) -> tuple[int, str]:
        given = {"person": str(li.who.id), "text": "重读用语", "due_on": "2026-11-30", **fields}
        answer = await sends(zhang, "1/rectify", **given)
        return answer.status_code, alert_of(answer)

    gone = console.hire("gone")
    console.scene.write(disable_staff, "gone", console.scene.now)
    assert await said(person="") == (422, "请选择由谁整改。")
    assert await said(person=str(gone.id)) == (422, "这位同事的账号已停用，请选择其他人。")
    assert await said(text=" ") == (422, "请写明整改措施。")
    assert await said(due_on="明天") == (422, "请填写整改的最后日期。")
    assert await said(due_on="2026-11-22") == (422, "整改的最后日期不能早于今天。")
    assert await said() == (303, "")
    assert "重读用语" in (await li.look("/console/inspections/mine")).text
    done = await sends(li, "1/done", rectification="1", text="已重读", **{"from": "mine"})
    assert done.headers["location"] == "/console/inspections/mine?done=done"
    assert alert_of(await sends(li, "1/done", rectification="1", text="再读")) == "这项整改已经记录完成。"


async def test_a_record_is_scored_by_the_checklist_of_its_draw_and_the_page_says_so(
    console: Console, zhang: Seat
) -> None:
    drawn(console.scene, zhang.who)
    only = replace(SUPERVISION, checklist=Checklist(SUPERVISION.checklist.items[:1]))
    supervised(console.scene, only)
    refresh(console)
    page = (await zhang.look("/console/inspections/1")).text
    drawn_by, current = SUPERVISION.checklist.edition, only.checklist.edition
    sentence = f"这条记录按抽取时的检查表（版本 {drawn_by}）评分，现行版本是 {current}。"
    assert f"检查表在抽取之后修改过。{sentence}" in page
    assert 'name="answer-attitude"' in page


async def test_of_an_erased_record_the_score_stays_and_the_talk_is_gone(
    console: Console, li: Seat, zhang: Seat
) -> None:
    await scored(console, zhang)
    console.scene.write(_erase, 1, console.scene.now)
    page = (await zhang.look("/console/inspections/1")).text
    assert "这张工单的对话已经删除，评分保留。" in page
    assert "36 分" in page
    mine = (await li.look("/console/inspections/mine")).text
    assert "36 分" in mine
    assert "没有问候" not in mine


def _erase(db: Any, number: int, now: Any) -> None:
    ticket: Ticket = lock_ticket(db, number)
    erased_inspections.blank(db, ticket.id)
    erase_history(db, number, "han", now)


async def test_leads_see_the_figures_of_their_queues_and_the_sheet_of_their_agents(
    console: Console, li: Seat, zhang: Seat, lead: Seat
) -> None:
    await scored(console, zhang)
    elsewhere = await console.sits("bai", "lead", ("特级专席",))
    page = (await lead.look("/console/inspections/results")).text
    assert "36.0" in page
    assert "这个时段没有抽查记录。" in (await elsewhere.look("/console/inspections/results")).text
    assert "这个时段没有抽查记录。" in (await lead.look("/console/inspections/results?period=2026-10")).text
    assert alert_of(await lead.look("/console/inspections/results?period=2026")) == (
        "请把时段写成 2026-11 或 2026-Q4 这样。"
    )
    sheet = (await lead.look("/console/inspections/sheet?agent=li&period=2026-Q4")).text
    assert "这些数据供考核参考，由负责人综合判断；系统不会据此自动扣减任何待遇。" in sheet
    assert (
        "没有这位坐席，或不是您负责的队列的坐席。"
        in (await lead.look("/console/inspections/sheet?agent=nobody&period=2026-Q4")).text
    )
    assert (
        "抽查结果由组长、主管和管理员查看，如需了解请联系组长。" in (await li.look("/console/inspections/results")).text
    )
    manager = await console.sits("sun", "manager", ())
    console.scene.write(disable_staff, "li", console.scene.now)
    left = (await manager.look("/console/inspections/sheet?agent=li&period=2026-11")).text
    assert "客服li的账号已停用，其抽查评分保留。" in left


async def test_the_notice_of_a_score_leads_to_ones_own_scores(console: Console, li: Seat, zhang: Seat) -> None:
    await scored(console, zhang)
    notices = (await li.look("/console/notices")).text
    assert '<span class="tag tag-blue">抽查</span>' in notices
    assert '<a href="/console/inspections">#1 已评分：36 分。' in notices
