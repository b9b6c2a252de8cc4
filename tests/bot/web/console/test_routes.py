"""The console over HTTP: who gets in, what they may do, and that what customers wrote stays text."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, select, update

from bot.agents.actions import Claim
from bot.auth import staff_sessions
from bot.auth.staff_sessions import LIFETIME
from bot.auth.visitor_sessions import visitor_sessions
from bot.config.settings import Settings
from bot.web.console import board_queries, desk_list, ticket_view
from bot.web.console.desk_list import DeskView
from bot.web.console.pulse import read_pulse
from bot.web.console.sign_in import after_sign_in
from bot.wording import phrases
from escalation.journal.journal_store import journal_lines
from escalation.staffing import roster_store
from escalation.staffing.roster import Shift
from escalation.tickets import history
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.plans import plans, reports
from escalation.tickets.ticket_store import tickets
from tests.bot.complaints import settle_complaint
from tests.bot.scene import JAM, UNKNOWN, Scene, Visitor
from tests.bot.web.console.console_scene import HOSTILE, PASSWORD, Console, Seat, alert_of, csrf_of


@pytest.fixture
def waiting(scene: Scene, anna: Visitor) -> int:
    """The number of a ticket that waits in 通用客服."""
    anna.say(UNKNOWN)
    anna.say("转人工")
    return scene.ticket.id


# Getting in


async def test_nobody_sees_the_board_without_signing_in(console: Console) -> None:
    answer = await console.browser().get("/console?show=mine")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=%2Fconsole%3Fshow%3Dmine"


async def test_a_part_of_a_page_without_a_session_is_401_and_no_sign_in_form(console: Console) -> None:
    answer = await console.browser().get("/console", headers={"X-Part": "1"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "页面已过期，请刷新后再试。"}


async def test_the_right_password_opens_the_board_and_leaves_a_guarded_cookie(console: Console) -> None:
    seat = Seat(console.browser(), console.hire("wang"))
    answer = await seat.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("jiedai_staff=")
    assert {"HttpOnly", "SameSite=lax", "Path=/console"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert (await seat.look("/console")).status_code == 200


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://help.example", True), ("http://help.example", False), ("", False)]
)
async def test_the_cookie_is_secure_if_the_public_address_is_https(
    scene: Scene, hashed: str, public_url: str, secure: bool
) -> None:
    console = Console(scene, hashed, Settings(public_url=public_url))
    answer = await Seat(console.browser(), console.hire("wang")).sign_in()
    await console.clients[0].aclose()
    assert ("Secure" in answer.headers["set-cookie"].split("; ")) is secure


@pytest.mark.parametrize("login", ["wang", "nobody", "", "x" * 500, "wa\x00ng", "' OR 1=1 --"])
async def test_a_wrong_password_and_an_unknown_name_are_told_the_same(console: Console, login: str) -> None:
    console.hire("wang")
    answer = await console.browser().post("/console/sign-in", data={"login": login, "password": "wrong"})
    assert answer.status_code == 401
    assert alert_of(answer) == "账号或密码不正确。"
    assert "set-cookie" not in answer.headers


async def test_after_five_wrong_passwords_even_the_right_one_must_wait(console: Console) -> None:
    seat = Seat(console.browser(), console.hire("wang"))
    for _ in range(5):
        assert (await seat.sign_in("wrong")).status_code == 401
    answer = await seat.sign_in()
    assert answer.status_code == 429
    assert alert_of(answer) == "尝试次数过多，请 15 分钟后再试。"
    console.scene.clock.advance(minutes=15, seconds=1)
    assert (await seat.sign_in()).status_code == 303


async def test_in_their_own_browser_a_person_signs_in_whatever_strangers_try(console: Console) -> None:
    seat = await console.sits("wang")
    stranger = Seat(console.browser(), seat.who)
    for number in range(40):
        await console.browser().post("/console/sign-in", data={"login": f"guess{number}", "password": "wrong"})
    assert (await stranger.sign_in()).status_code == 429  # the right password, but a browser nobody knows
    assert (await seat.sign_in()).status_code == 303
    for _ in range(10):
        assert (await seat.sign_in("wrong")).status_code == 401
    answer = await seat.sign_in()
    assert (answer.status_code, alert_of(answer)) == (429, "尝试次数过多，请 15 分钟后再试。")


async def test_after_the_clock_was_set_back_a_person_who_mistyped_waits_a_quarter_of_an_hour(console: Console) -> None:
    seat = Seat(console.browser(), console.hire("wang"))
    for _ in range(5):
        await seat.sign_in("wrong")
    console.scene.clock.advance(hours=-5)
    assert (await seat.sign_in("wrong")).status_code == 401
    for _ in range(4):
        await seat.sign_in("wrong")
    assert alert_of(await seat.sign_in()) == "尝试次数过多，请 15 分钟后再试。"


async def test_the_right_password_does_not_queue_behind_a_stranger_s_guesses(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = await console.sits("wang")
    hashing, gate = console.app.state.hashing, asyncio.Event()
    judged = hashing.is_password

    async def held(stored: str, password: str, attempt: Any) -> bool:
        if not attempt.device:
            async with hashing._others:
                await gate.wait()
        found: bool = await judged(stored, password, attempt)
        return found

    monkeypatch.setattr(hashing, "is_password", held)
    guesses = [asyncio.create_task(Seat(console.browser(), seat.who).sign_in("wrong")) for _ in range(9)]
    await asyncio.sleep(0)
    try:
        assert (await asyncio.wait_for(seat.sign_in(), 30)).status_code == 303
    finally:
        gate.set()
        answers = await asyncio.gather(*guesses)
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_a_new_sign_in_ends_the_session_that_was_open_in_the_browser(console: Console) -> None:
    seat = await console.sits("wang")
    old = seat.browser.cookies["jiedai_staff"]
    assert (await seat.sign_in()).status_code == 303
    again = await console.browser().get("/console", headers={"Cookie": f"jiedai_staff={old}"})
    assert again.status_code == 303
    assert (await seat.look("/console")).status_code == 200


async def test_every_sign_in_is_on_record_with_the_failures_before_it(console: Console) -> None:
    seat = Seat(console.browser(), console.hire("wang"))
    for password in ("wrong", "wrong", PASSWORD):
        await seat.sign_in(password)
    about = select(journal_lines).where(journal_lines.c.subject == "staff:wang").order_by(journal_lines.c.id)
    lines = console.scene.read(lambda db: db.execute(about).all())
    assert [(line.what, line.by) for line in lines] == [("sign-in failed", "unknown"), ("signed in", "wang")]
    assert lines[0].after["times"] == 2
    assert lines[1].after == {"browser": "未知浏览器", "network": "127.0.0.1", "known_device": False}
    assert PASSWORD not in str(lines)


async def test_guesses_sent_all_at_once_do_not_slip_past_the_count(console: Console) -> None:
    seat = Seat(console.browser(), console.hire("wang"))
    answers = await asyncio.gather(*(seat.sign_in("wrong") for _ in range(9)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 4


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_another_site_cannot_sign_a_browser_in(console: Console, headers: dict[str, str]) -> None:
    who = console.hire("wang")
    answer = await console.browser().post(
        "/console/sign-in", data={"login": who.login, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 403
    assert alert_of(answer) == "页面已过期，请刷新后再试。"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/console", "//evil.example/console", "/chat", "javascript:alert(1)", "/console\\..", ""],
)
async def test_signing_in_never_leads_to_another_place_than_the_console(console: Console, wanted: str) -> None:
    answer = await Seat(console.browser(), console.hire("wang")).sign_in(next=wanted)
    assert answer.headers["location"] == "/console"


async def test_signing_in_leads_back_to_the_page_that_was_wanted(console: Console) -> None:
    answer = await Seat(console.browser(), console.hire("wang")).sign_in(next="/console/tickets/7?x=1")
    assert answer.headers["location"] == "/console/tickets/7?x=1"


async def test_signing_out_ends_the_session_on_the_server_too(console: Console) -> None:
    seat = await console.sits("wang")
    token = seat.browser.cookies["jiedai_staff"]
    answer = await seat.browser.post("/console/sign-out", data={"csrf": csrf_of(await seat.look("/console"))})
    assert answer.headers["location"] == "/console/sign-in"
    again = await console.browser().get("/console", headers={"Cookie": f"jiedai_staff={token}"})
    assert again.status_code == 303


async def test_an_open_console_stays_signed_in_until_the_end_of_a_long_shift(console: Console) -> None:
    seat = await console.sits("wang")
    for _ in range(11):
        console.scene.clock.advance(hours=1)
        assert (await seat.look("/console")).status_code == 200
    console.scene.clock.advance(hours=1, seconds=1)
    assert (await seat.look("/console")).status_code == 303
    assert LIFETIME.total_seconds() == 12 * 3600


async def test_a_quiet_minute_writes_nothing_about_the_session(console: Console) -> None:
    seat = await console.sits("wang")
    before = console.scene.read(_seen_at)
    console.scene.clock.advance(minutes=1)
    await seat.look("/console")
    assert console.scene.read(_seen_at) == before


def _seen_at(db: Any) -> Any:
    return db.execute(staff_sessions.staff_sessions.select()).one().seen_at


# Forms


@pytest.mark.parametrize("csrf", [None, "", "wrong", "错"])
async def test_a_form_without_the_sessions_own_mark_changes_nothing(
    console: Console, waiting: int, csrf: str | None
) -> None:
    seat = await console.sits("wang")
    data = {} if csrf is None else {"csrf": csrf}
    answer = await seat.browser.post(f"/console/tickets/{waiting}/claim", data=data)
    assert answer.status_code == 403
    assert alert_of(answer) == "页面已过期，请刷新后再试。"
    assert console.scene.ticket.state == "waiting"


async def test_the_mark_of_another_session_does_not_count(console: Console, waiting: int) -> None:
    wang, li = await console.sits("wang"), await console.sits("li")
    foreign = csrf_of(await li.look("/console"))
    answer = await wang.browser.post(f"/console/tickets/{waiting}/claim", data={"csrf": foreign})
    assert answer.status_code == 403


async def test_every_form_on_every_page_carries_the_mark(console: Console, waiting: int) -> None:
    seat = await console.sits("wang", "lead")
    await seat.do(waiting, "claim")
    for path in ("/console", f"/console/tickets/{waiting}", "/console/notices"):
        page = (await seat.look(path)).text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
        assert forms
        assert all('name="csrf"' in form for form in forms)


async def test_a_form_too_large_to_be_words_is_refused_unread(console: Console, waiting: int) -> None:
    seat = await console.sits("wang")
    answer = await seat.do(waiting, "note", text="长" * 100_000)
    assert answer.status_code == 413
    assert alert_of(answer) == "内容太长，请删减后再提交。"


async def test_an_unknown_move_and_an_unknown_ticket_are_told_so(console: Console, waiting: int) -> None:
    seat = await console.sits("wang")
    assert alert_of(await seat.do(waiting, "explode")) == "没有这个页面。"
    missing = await seat.do(9999, "claim")
    assert (missing.status_code, alert_of(missing)) == (404, "没有这张工单。")
    assert (await seat.look("/console/tickets/9999")).status_code == 404
    for number in ("abc", "0", "-1", "99999999999999999999"):
        assert alert_of(await seat.look(f"/console/tickets/{number}")) == "没有这个页面。"


# Acting


async def test_of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told_by_whom(
    console: Console, waiting: int
) -> None:
    wang, li = await console.sits("wang"), await console.sits("li")
    answers = await asyncio.gather(wang.do(waiting, "claim"), li.do(waiting, "claim"))
    holder, other = (wang, li) if console.scene.ticket.holder_id == wang.who.id else (li, wang)
    assert sorted(answer.headers["location"] for answer in answers) == [
        f"/console/tickets/{waiting}?done=claim",
        f"/console/tickets/{waiting}?refused=claim",
    ]
    told = await other.look(f"/console/tickets/{waiting}?refused=claim")
    assert alert_of(told) == f"这张工单已由{holder.who.name}认领。"


async def test_the_address_of_a_refused_form_leads_back_to_the_ticket(console: Console, waiting: int) -> None:
    wang = await console.sits("wang")
    assert (await wang.do(waiting, "reply", text="您好", key="0123456789abcdef")).status_code == 409
    back = await wang.browser.get(f"/console/tickets/{waiting}/reply")
    assert (back.status_code, back.headers["location"]) == (303, f"/console/tickets/{waiting}")


async def test_a_reply_sent_twice_reaches_the_customer_once(console: Console, anna: Visitor, waiting: int) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    anna.read()
    for _ in range(2):
        answer = await wang.do(waiting, "reply", text="您好，\r\n马上处理。", key="0123456789abcdef")
        assert answer.headers["location"] == f"/console/tickets/{waiting}?done=reply"
    assert anna.read() == ["您好，\n马上处理。"]
    assert console.scene.clock_of("first_contact").state == "met"


async def test_a_reply_to_a_colleagues_ticket_is_refused_and_stays_in_the_box(console: Console, waiting: int) -> None:
    wang, li = await console.sits("wang"), await console.sits("li")
    await wang.do(waiting, "claim")
    answer = await li.do(waiting, "reply", text="我也想说 <b>两句</b>", key="0123456789abcdef")
    assert answer.status_code == 409
    assert alert_of(answer) == "这张工单由客服wang负责，只有经办人能这样操作。"
    assert "我也想说 &lt;b&gt;两句&lt;/b&gt;</textarea>" in answer.text


async def test_an_empty_reply_is_told_so(console: Console, waiting: int) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    answer = await wang.do(waiting, "reply", text=" \u200b\n ", key="0123456789abcdef")
    assert (answer.status_code, alert_of(answer)) == (422, "内容不能为空。")


async def test_an_agent_may_not_release_a_colleagues_ticket_but_a_lead_may(console: Console, waiting: int) -> None:
    wang, li, chen = await console.sits("wang"), await console.sits("li"), await console.sits("chen", "lead")
    await wang.do(waiting, "claim")
    assert (await li.do(waiting, "release")).status_code == 409
    assert (await chen.do(waiting, "release")).status_code == 303
    assert console.scene.ticket.holder_id is None


async def test_whoever_hands_a_ticket_out_of_their_queues_lands_on_the_board(console: Console, waiting: int) -> None:
    wang = await console.sits("wang", queues=("通用客服",))
    await wang.do(waiting, "claim")
    answer = await wang.do(waiting, "transfer", queue="技术支持", to="")
    assert answer.headers["location"] == f"/console?done=transfer&ticket={waiting}"
    assert f"#{waiting} 已转交，期限不变。" in (await wang.look(answer.headers["location"])).text


async def test_every_fact_and_call_can_be_recorded_and_the_history_says_so(console: Console, waiting: int) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    owed = ("answer_fixed", "work_done", "acceptance_invited", "followed_up")
    for fact in ("call_missed", "called", *owed):
        assert (await wang.do(waiting, "record", fact=fact)).status_code == 303
    page = (await wang.look(f"/console/tickets/{waiting}")).text
    assert "客服wang 致电客户，未接通" in page
    assert all(f"客服wang 登记「{console.scene.policy.facts[fact]}」" in page for fact in owed)
    assert 'value="plan_explained"' not in page
    foreign = await wang.do(waiting, "record", fact="plan_explained")
    assert alert_of(foreign) == "按政策，这张工单没有这一项进展，不用登记。"
    assert alert_of(await wang.do(waiting, "record", fact="teleported")) == "政策里没有这个进展事项。"


async def test_a_withdrawn_ticket_is_called_so_and_nothing_is_left_to_do(console: Console, waiting: int) -> None:
    wang = await console.sits("wang", "lead")
    await wang.do(waiting, "claim")
    console.scene.withdraw(waiting)
    page = (await wang.look(f"/console/tickets/{waiting}")).text
    assert 'data-mode="finished"' in page
    assert '<span class="tag ">客户撤回</span>' in page
    assert "客户已撤回，不用再处理。" in page
    assert "客户撤回，工单关闭" in page
    assert "登记进展" not in page
    assert UNKNOWN not in (await wang.look("/console")).text
    board = (await wang.look("/console?show=finished")).text
    assert '<span class="tag">客户撤回</span>' in board


async def test_the_page_of_a_solved_ticket_offers_a_further_reply_and_to_reopen_it(
    console: Console, waiting: int
) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    await wang.do(waiting, "reply", text="好了", key="0123456789abcdef")
    assert (await wang.do(waiting, "resolve", why="当场解决")).status_code == 303
    page = (await wang.look(f"/console/tickets/{waiting}")).text
    assert 'data-mode="finished"' in page
    assert 'name="reopens"' in page
    assert alert_of(await wang.do(waiting, "resolve", why="当场解决")) == "这张工单已经结束，不能再操作。"
    await wang.do(waiting, "reply", text="再补充一句", key="1123456789abcdef")
    assert console.scene.ticket.state == "resolved"
    assert (await wang.do(waiting, "reopen")).headers["location"].endswith("?done=reopen")
    assert "客服wang 重新打开了工单" in (await wang.look(f"/console/tickets/{waiting}")).text


async def test_what_was_solved_is_found_under_its_own_tab_and_can_still_be_recorded(
    console: Console, waiting: int
) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    await wang.do(waiting, "reply", text="好了", key="0123456789abcdef")
    await wang.do(waiting, "resolve", why="当场解决")
    assert UNKNOWN not in (await wang.look("/console")).text
    assert UNKNOWN in (await wang.look("/console?show=finished")).text
    assert (await wang.do(waiting, "record", fact="followed_up")).status_code == 303
    stranger = await console.sits("li", queues=("特级专席",))
    assert UNKNOWN not in (await stranger.look("/console?show=finished")).text


@pytest.mark.parametrize("wanted", ["//evil.example/console/", "///console/x", "https://evil.example/console", "/else"])
async def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    assert after_sign_in(wanted) == "/console"


# Who may see what


async def test_an_agent_of_other_queues_is_kept_out_of_page_files_and_moves(
    console: Console, anna: Visitor, waiting: int
) -> None:
    anna.send_file()
    file_id = next(line.id for line in anna.lines() if line.kind == "file")
    li = await console.sits("li", queues=("特级专席",))
    for answer in (
        await li.look(f"/console/tickets/{waiting}"),
        await li.look(f"/console/tickets/{waiting}/files/{file_id}"),
        await li.do(waiting, "claim"),
        await li.do(waiting, "note", text="看看"),
    ):
        assert answer.status_code == 403
        assert alert_of(answer) == "您无权查看这张工单，如需处理请联系组长。"
    assert UNKNOWN not in (await li.look("/console")).text
    assert UNKNOWN not in (await li.look(f"/console?q={UNKNOWN[:4]}")).text
    assert console.scene.ticket.state == "waiting"


async def test_a_lead_of_another_queue_sees_nothing_of_it(console: Console, waiting: int) -> None:
    chen = await console.sits("chen", "lead", ("特级专席",))
    assert UNKNOWN not in (await chen.look("/console")).text
    assert (await chen.look(f"/console/tickets/{waiting}")).status_code == 403


async def test_who_has_no_queue_reads_why_the_board_is_empty(console: Console, waiting: int) -> None:
    new, auditor = await console.sits("new", queues=()), await console.sits("auditor", "auditor")
    board = (await new.look("/console")).text
    assert "您还没有负责的队列，暂时看不到工单；请联系管理员为您分配队列。" in board
    assert UNKNOWN not in board
    assert "审计员不查看工单。" in (await auditor.look("/console")).text


async def test_a_manager_reads_every_queue_and_acts_in_their_own(console: Console, waiting: int) -> None:
    chen = await console.sits("chen", "manager", ("特级专席",))
    assert UNKNOWN in (await chen.look("/console")).text
    assert (await chen.look(f"/console/tickets/{waiting}")).status_code == 200
    page = (await chen.look(f"/console/tickets/{waiting}")).text
    assert "这张工单您只能查看，如需处理请联系负责这个队列的同事。" in page
    assert 'data-move="claim"' not in page
    assert 'data-move="note"' not in page
    refused = await chen.do(waiting, "claim")
    assert refused.status_code == 403
    assert alert_of(refused) == "这张工单您只能查看，如需处理请联系负责这个队列的同事。"
    assert console.scene.ticket.holder_id is None


async def test_a_file_is_handed_out_as_a_download_and_only_with_its_own_ticket(
    console: Console, anna: Visitor, waiting: int
) -> None:
    anna.send_file("机器.jpg")
    file_id = next(line.id for line in anna.lines() if line.kind == "file")
    wang = await console.sits("wang")
    answer = await wang.look(f"/console/tickets/{waiting}/files/{file_id}")
    assert answer.content == b"\xff\xd8picture"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox"
    bob = console.scene.visitor("bob")
    bob.say("人工")
    other = console.scene.ticket.id
    assert (await wang.look(f"/console/tickets/{other}/files/{file_id}")).status_code == 404


async def test_a_note_never_reaches_the_customer(console: Console, waiting: int, anna: Visitor) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    await wang.do(waiting, "note", text="机密：此人难缠")
    assert "机密：此人难缠" in (await wang.look(f"/console/tickets/{waiting}")).text
    browser = console.browser()
    opened = (await browser.post("/api/chat/sessions", json={})).json()
    console.scene.write(lambda db: db.execute(update(visitor_sessions).values(address=anna.address)))
    seen = await browser.get("/api/chat/messages", headers={"Authorization": f"Bearer {opened['session_token']}"})
    assert UNKNOWN in seen.text
    assert "机密" not in seen.text
    assert all("机密" not in line.text for line in anna.lines())


async def test_markup_in_every_field_stays_text_on_every_page(console: Console, anna: Visitor) -> None:
    anna.say(HOSTILE)
    anna.say("转人工")
    anna.send_file(name=HOSTILE, mime="image/png")
    ticket_id = console.scene.ticket.id
    hostile: dict[str, Any] = {
        "subject": HOSTILE,
        "suggested": HOSTILE,
        "tier_reason": HOSTILE,
        "topic": HOSTILE,
        "urgency": HOSTILE,
        "reason": HOSTILE,
        "rating": 1,
        "rating_reason": HOSTILE,
        "candidates": [{"id": HOSTILE, "question": HOSTILE, "confidence": 0.5, "answer": HOSTILE}],
    }
    wang = await console.sits("wang", "lead")
    await wang.do(ticket_id, "claim")
    await wang.do(ticket_id, "note", text=HOSTILE)
    await wang.do(ticket_id, "reply", text=HOSTILE, key="0123456789abcdef")
    console.scene.write(lambda db: db.execute(update(tickets).values(**hostile)))
    console.scene.write(
        history.log, ticket_id, HOSTILE, console.scene.now, wang.who.id, queue=HOSTILE, milestone=HOSTILE
    )
    for path in (
        "/console",
        f"/console/tickets/{ticket_id}",
        "/console/notices",
        f"/console?q={HOSTILE}",
        f"/console?done={HOSTILE}&ticket=1&show={HOSTILE}",
        f"/console/tickets/{ticket_id}?done={HOSTILE}",
    ):
        page = await wang.look(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]
    data = {"login": HOSTILE, "password": "x", "next": HOSTILE}
    refused = await console.browser().post("/console/sign-in", data=data)
    assert "<script>alert" not in refused.text


# Plans


@pytest.fixture
def bank(scene: Scene) -> int:
    """The number of a ticket of the highest tier."""
    scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    return scene.ticket.id


async def _held(console: Console, ticket_id: int, login: str = "wang") -> Seat:
    seat = await console.sits(login)
    await seat.do(ticket_id, "claim")
    return seat


def _plan(responsible: int, *steps: tuple[str, str]) -> dict[str, str | list[str]]:
    return {"responsible": str(responsible), "what": [what for what, _ in steps], "by": [by for _, by in steps]}


async def test_a_plan_is_kept_with_its_steps_in_the_policys_own_time(console: Console, bank: int) -> None:
    wang, li = await _held(console, bank), await console.sits("li")
    steps = (("勘查现场", "2026-11-23T15:30"), ("", ""), ("完成迁移", "2026-11-25T18:00"))
    answer = await wang.do(bank, "plan", **_plan(li.who.id, *steps))
    assert answer.headers["location"] == f"/console/tickets/{bank}?done=plan"
    kept = console.scene.read(lambda db: db.execute(select(plans)).one())
    assert (kept.version, kept.responsible_id) == (1, li.who.id)
    first, last = "2026-11-23T07:30:00+00:00", "2026-11-25T10:00:00+00:00"
    assert kept.steps == [{"what": "勘查现场", "by": first}, {"what": "完成迁移", "by": last}]
    page = (await wang.look(answer.headers["location"])).text
    assert "方案已保存，请尽快与客户沟通。" in page
    assert "负责人 <b>客服li</b>" in page
    assert "今天 15:30 前" in page
    assert "尚未沟通" in page
    assert console.scene.clock_of("assessed").state == "met"


async def test_a_steps_person_stands_in_the_form_that_revises_and_in_one_that_is_refused(
    console: Console, bank: int
) -> None:
    wang, li = await _held(console, bank), await console.sits("li")
    steps, whose = (("勘查", "2026-11-24T10:00"), ("迁移", "2026-11-25T10:00")), [str(li.who.id), ""]
    await wang.do(bank, "plan", **_plan(wang.who.id, *steps), whose=whose)
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert _people_of_steps(page)[:2] == whose
    refused = await wang.do(bank, "plan", **_plan(wang.who.id, ("勘查", ""), *steps[1:]), whose=["", str(li.who.id)])
    assert _people_of_steps(refused.text)[:2] == ["", str(li.who.id)]
    await wang.do(bank, "tick", step="1")
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert re.findall(r'name="what" value="([^"]*)"', page)[:2] == ["迁移", ""], "what is done is not planned again"


def _people_of_steps(page: str) -> list[str]:
    """Whoever is chosen in each row of the plan's form."""
    rows = re.findall(r'<select name="whose">(.*?)</select>', page, re.DOTALL)
    return [next(iter(re.findall(r'value="(\d+)" selected', row)), "") for row in rows]


async def test_a_revised_plan_keeps_the_version_the_customer_objected_to(console: Console, bank: int) -> None:
    wang = await _held(console, bank)
    await wang.do(bank, "plan", **_plan(wang.who.id, ("白天迁移", "2026-11-24T10:00")))
    await wang.do(bank, "record", fact="plan_explained")
    await wang.do(bank, "record", fact="objected")
    await wang.do(bank, "plan", **_plan(wang.who.id, ("夜间迁移", "2026-11-24T22:00")))
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert "方案（第 2 版）" in page
    assert "客户有异议 今天 10:00" in page
    assert page.index("夜间迁移") < page.index("白天迁移"), "the present version comes first"


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([("勘查现场", "")], "请填写第 1 步的完成时间，日期和时间都要填。"),
        ([("勘查现场", "2026-11-25")], "请填写第 1 步的完成时间，日期和时间都要填。"),
        ([("勘查现场", "2026-13-45T10:00")], "请填写第 1 步的完成时间，日期和时间都要填。"),
        ([("勘查现场", "0001-01-01T00:00")], "请填写第 1 步的完成时间，日期和时间都要填。"),
        ([("勘查现场", "2026-11-25T10:00"), ("", "2026-11-26T10:00")], "请写明第 2 步做什么。"),
        ([("", "")], "方案须有 1 到 20 个步骤，每一步都要写明做什么。"),
        ([("一步", "2026-11-25T10:00")] * 21, "方案须有 1 到 20 个步骤，每一步都要写明做什么。"),
        ([("勘查现场", "2026-11-23T09:59")], "每一步的完成时间都要晚于现在。"),
    ],
)
async def test_a_plan_that_cannot_be_kept_comes_back_as_it_was_typed(
    console: Console, bank: int, steps: list[tuple[str, str]], sentence: str
) -> None:
    wang, li = await _held(console, bank), await console.sits("li")
    answer = await wang.do(bank, "plan", **_plan(li.who.id, *steps))
    assert (answer.status_code, alert_of(answer)) == (422, sentence)
    form = re.search(r'id="form-plan" open.*?</details>', answer.text, re.DOTALL)
    assert form is not None, "the form stands open"
    assert sentence in form[0], "and says it where the person is looking"
    assert f'<option value="{li.who.id}" selected>' in form[0]
    for what, by in steps:
        assert f'name="what" value="{what}"' in form[0]
        assert f'name="by" value="{by}"' in form[0]
    assert console.scene.read(lambda db: db.execute(select(plans)).all()) == []


@pytest.mark.parametrize(
    ("responsible", "status", "sentence"),
    [
        ("", 422, "请选择方案的负责人。"),
        ("林晓", 422, "请选择方案的负责人。"),
        ("999", 409, "没有这位同事，或其账号已停用。"),
    ],
)
async def test_a_plan_needs_somebody_who_works_here(
    console: Console, bank: int, responsible: str, status: int, sentence: str
) -> None:
    wang = await _held(console, bank)
    fields = {"responsible": responsible, "what": "勘查现场", "by": "2026-11-25T10:00"}
    answer = await wang.do(bank, "plan", **fields)
    assert (answer.status_code, alert_of(answer)) == (status, sentence)


async def test_a_plan_is_made_by_the_holder_alone(console: Console, bank: int) -> None:
    await _held(console, bank)
    li = await console.sits("li")
    assert 'data-move="plan"' not in (await li.look(f"/console/tickets/{bank}")).text
    answer = await li.do(bank, "plan", **_plan(li.who.id, ("勘查", "2026-11-25T10:00")))
    assert (answer.status_code, alert_of(answer)) == (409, "这张工单由客服wang负责，只有经办人能这样操作。")


async def test_without_a_script_there_are_five_rows_and_two_more_than_a_plan_has(console: Console, bank: int) -> None:
    wang = await _held(console, bank)
    assert (await wang.look(f"/console/tickets/{bank}")).text.count('class="plan-row"') == 5
    steps = [(f"第 {day} 天", f"2026-11-{day}T10:00") for day in range(24, 29)]
    await wang.do(bank, "plan", **_plan(wang.who.id, *steps))
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert page.count('class="plan-row"') == 7
    assert 'name="by" value="2026-11-24T10:00"' in page
    console.scene.clock.advance(days=2)
    assert 'name="by" value="2026-11-24T10:00"' not in (await wang.look(f"/console/tickets/{bank}")).text


@pytest.mark.parametrize("move", ["plan", "acknowledge", "grade", "help", "report"])
async def test_the_new_forms_too_need_the_sessions_mark_and_the_right_queue(
    console: Console, bank: int, move: str
) -> None:
    wang = await _held(console, bank)
    answer = await wang.browser.post(f"/console/tickets/{bank}/{move}", data={"text": "x"})
    assert (answer.status_code, alert_of(answer)) == (403, "页面已过期，请刷新后再试。")
    stranger = await console.sits("li", queues=("通用客服",))
    fields = {"text": "x", "responsible": "1", "what": "x", "by": "2026-11-25T10:00"}
    refused = await stranger.do(bank, move, **fields)
    assert refused.status_code == 403
    assert alert_of(refused) == "您无权查看这张工单，如需处理请联系组长。"


# Clocks


async def test_while_a_ticket_waits_for_its_customer_clocks_stand_still_and_say_so(
    console: Console, scene: Scene, bank: int
) -> None:
    wang = await _held(console, bank)
    scene.clock.advance(minutes=12)
    await wang.do(bank, "reply", text="请问是哪一层机房？", key="0123456789abcdef")
    answer = await wang.do(bank, "record", fact="waiting_for_customer")
    page = (await wang.look(answer.headers["location"])).text
    assert 'tag-blue">等待客户，10:12 起' in page
    assert "暂停 · 剩 48 分钟" in page
    assert "暂停于 今天 10:12，还剩 48 分钟，客户发来消息或登记新进展后继续" in page
    assert 'value="waiting_for_customer"' not in page, "it waits already"
    board = (await wang.look("/console?show=customer")).text
    assert 'tag-blue">等待客户，10:12 起' in board
    assert "暂停 · 剩 48 分钟" in board
    again = await wang.do(bank, "record", fact="waiting_for_customer")
    assert (again.status_code, alert_of(again)) == (409, "这张工单已经登记为等待客户。")
    scene.clock.advance(hours=2)
    scene.visitor("bank").say("三楼")
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert 'tag-blue">等待客户，' not in page
    assert "<span>客户发来消息</span>" in page


async def test_what_is_late_is_acknowledged_once_and_the_clock_says_by_whom(
    console: Console, scene: Scene, bank: int
) -> None:
    wang = await _held(console, bank)
    assert 'data-move="acknowledge"' not in (await wang.look(f"/console/tickets/{bank}")).text
    early = await wang.do(bank, "acknowledge")
    assert (early.status_code, alert_of(early)) == (409, "这张工单没有需要确认的超时提醒。")
    scene.pass_time(minutes=16)
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert 'data-move="acknowledge"' in page
    assert "下一步：今天 10:20 再次通知经办人、组长、主管" in page
    assert (await wang.do(bank, "acknowledge")).status_code == 303
    page = (await wang.look(f"/console/tickets/{bank}?done=acknowledge")).text
    assert "客服wang 今天 10:16 点了「知道了」，不再重复提醒" in page
    assert "好的，目前的超时不再重复提醒；到了下一级，仍会照常上报。" in page
    assert 'data-move="acknowledge"' not in page
    assert "下一步：今天 10:30 通知队列全体、组长、主管、值班人员" in page


async def test_the_ladder_of_a_clock_says_what_was_sent_and_what_comes(
    console: Console, scene: Scene, bank: int
) -> None:
    wang = await _held(console, bank)
    scene.pass_time(minutes=8)
    page = re.sub(r"\s+", " ", (await wang.look(f"/console/tickets/{bank}")).text)
    rungs = re.findall(r'<li class="rung rung-(\w+)">.*?</time> <span>(.*?)</span>', page)
    assert rungs[:4] == [
        ("done", "时间用到 50%，提醒：经办人"),
        ("next", "时间用到 75%，提醒：经办人、组长"),
        ("coming", "到期，通知：经办人、组长、主管，此后每 5 分钟再通知一次"),
        ("coming", "超时上报：队列全体、组长、主管、值班人员，此后每 15 分钟再通知一次，并改派给值班人员"),
    ]
    assert re.findall(
        r'<li class="rung rung-done">.*?</time> <span>.*?</span> <span class="tag tag-green">(.*?)</span>', page
    )[:1] == ["已过"]


async def test_a_met_clock_says_how_much_earlier_or_later_than_owed(console: Console, scene: Scene, bank: int) -> None:
    wang = await _held(console, bank)
    scene.pass_time(minutes=10)
    await wang.do(bank, "reply", text="您好", key="0123456789abcdef")
    scene.pass_time(minutes=60)
    await wang.do(bank, "record", fact="assessed")
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert "今天 10:10 完成，早 5 分钟" in page
    assert "今天 11:10 完成，晚 10 分钟" in page


async def test_a_target_that_has_gone_by_is_no_broken_promise(console: Console, scene: Scene, bank: int) -> None:
    wang = await _held(console, bank)
    console.hire("deng", queues=("技术支持",))
    await wang.do(bank, "reply", text="您好", key="0123456789abcdef")
    await wang.do(bank, "record", fact="assessed")
    await wang.do(bank, "help", support="技术", text="双机热备怎么配")
    scene.pass_time(minutes=30)
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert "已过目标" in page
    assert 'class="tag tag-red">超时<' not in page
    board = (await wang.look("/console")).text
    assert "没有超时的工单" in board
    assert f'data-ticket="{bank}"' not in (await wang.look("/console?show=late")).text


async def test_what_a_reclassification_broke_is_marked_and_explained(console: Console, scene: Scene, bank: int) -> None:
    wang = await _held(console, bank)
    clock = scene.clock_of("first_contact")
    broken = {"breached_at": clock.due_at, "next_at": None}
    scene.write(lambda db: db.execute(update(deadlines).where(deadlines.c.id == clock.id).values(**broken)))
    scene.write(history.log, bank, "breached_by_reclassification", scene.now, milestone="first_contact")
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert ">重算时已过<" in page
    assert "重新定级或政策变更后重算，期限当时已过，不另行通知（首次联系）" in page


async def test_a_calendar_that_cannot_be_counted_is_the_first_thing_on_the_board_and_red_on_the_ticket(
    console: Console, scene: Scene, bank: int, waiting: int
) -> None:
    fault = "Calendar 工作日 has no open hour in the two years after 2026-11-23; give it hours."
    scene.write(lambda db: db.execute(update(deadlines).where(deadlines.c.ticket_id == waiting).values(fault=fault)))
    wang = await console.sits("wang")
    board = (await wang.look("/console?show=mine")).text
    assert alert_of(await wang.look("/console")) == ""
    assert "<b>1 张工单的期限无法按服务时间计算：服务时间「工作日」此后两年内没有开放时段。</b>" in board
    assert board.index("无法按服务时间计算") < board.index("<h1>")
    assert f'<a href="/console/tickets/{waiting}">#{waiting}</a>' in board
    page = (await wang.look(f"/console/tickets/{waiting}")).text
    assert "无法按服务时间计时：服务时间「工作日」此后两年内没有开放时段。" in page
    assert "暂按自然时间倒计时，请联系管理员修正日历。" in page


async def test_provisional_and_assigned_tickets_say_so(console: Console, scene: Scene, bank: int) -> None:
    wang = await console.sits("wang")
    until = scene.now + timedelta(minutes=3)
    scene.write(lambda db: db.execute(update(deadlines).values(provisional=True)))
    scene.write(lambda db: db.execute(update(tickets).values(assignee_id=wang.who.id, assigned_until=until)))
    for path in ("/console", f"/console/tickets/{bank}"):
        page = (await wang.look(path)).text
        assert re.search(r"已派给 客服wang，认领限时&nbsp;<time [^>]*>3 分钟</time>", page)
        assert "暂定" in page


# Grades, help, complaints, reports


async def test_a_grade_is_the_holders_and_the_leads_to_give(console: Console, scene: Scene, waiting: int) -> None:
    wang, li, chen = await _held(console, waiting), await console.sits("li"), await console.sits("chen", "lead")
    refused = await li.do(waiting, "grade", urgency="urgent")
    assert (refused.status_code, alert_of(refused)) == (409, "这张工单由客服wang负责，只有经办人能这样操作。")
    unknown = await wang.do(waiting, "grade", urgency="天大的事")
    assert (unknown.status_code, alert_of(unknown)) == (422, "政策里没有这个紧急程度。")
    lacking = await wang.do(waiting, "grade", urgency="low")
    assert (lacking.status_code, alert_of(lacking)) == (422, "调低紧急程度或取消投诉，请写明理由。")
    assert (await wang.do(waiting, "grade", urgency="low", reason="不急用")).status_code == 303
    assert (await chen.do(waiting, "grade", urgency="urgent")).status_code == 303
    page = (await wang.look(f"/console/tickets/{waiting}")).text
    assert "客服wang 调整紧急程度（非紧急，理由：不急用）" in page
    assert "客服chen 紧急程度提高（紧急，通用客服）" in page
    assert "紧急程度：非紧急 → 紧急" in page


@pytest.mark.parametrize(
    ("support", "text", "sentence"),
    [
        ("", "双机热备", "政策里没有这个支援对象。"),
        ("财务", "双机热备", "政策里没有这个支援对象。"),
        ("技术", " \n ", "内容不能为空。"),
    ],
)
async def test_a_call_for_help_without_a_contact_or_words_comes_back(
    console: Console, bank: int, support: str, text: str, sentence: str
) -> None:
    wang = await _held(console, bank)
    answer = await wang.do(bank, "help", support=support, text=text)
    assert (answer.status_code, alert_of(answer)) == (422, sentence)
    assert 'id="menu-help" open' in answer.text
    if text.strip():
        assert "双机热备</textarea>" in answer.text


async def test_a_call_for_help_starts_its_own_clock(console: Console, bank: int) -> None:
    wang = await _held(console, bank)
    console.hire("deng", queues=("技术支持",))
    answer = await wang.do(bank, "help", support="技术", text="双机热备怎么配")
    page = (await wang.look(answer.headers["location"])).text
    assert "求援已发出。对方可以查看这张工单并在这里答复，答复后期限随之办结。" in page
    assert "双机热备怎么配" in page
    assert console.scene.clock_of("internal_support").state == "open"


async def test_a_complaint_is_investigated_and_solved_only_with_the_class_of_its_cause(
    console: Console, scene: Scene, anna: Visitor
) -> None:
    anna.say("我要投诉你们打印机老卡纸")
    number = scene.ticket.id
    wang = await _held(console, number)
    moves = (("words", "form-words-investigated", {"fact": "investigated"}), ("resolve", "menu-resolve", {"why": "无"}))
    for move, form, fields in moves:
        answer = await wang.do(number, move, **fields)
        assert (answer.status_code, alert_of(answer)) == (422, "这是投诉工单，请先选择投诉原因。")
        assert f'id="{form}" open' in answer.text
    unknown = await wang.do(number, "words", fact="investigated", cause="天气", words="漏发")
    assert (unknown.status_code, alert_of(unknown)) == (422, "政策里没有这类投诉原因。")
    assert (await wang.do(number, "words", fact="investigated", cause="流程", words="漏发")).status_code == 303
    page = (await wang.look(f"/console/tickets/{number}")).text
    assert "<dt>投诉原因</dt><dd>流程</dd>" in page
    assert "投诉原因：无 → 流程" in page
    assert page.count('<option value="流程" selected>') == 4, "chosen already where it is asked again"
    early = await wang.do(number, "resolve", cause="流程", why="当场解决")
    assert (early.status_code, alert_of(early)) == (422, "投诉办结前，请先把处理结果告知客户。")
    settle_complaint(scene, wang.who, "流程")
    assert (await wang.do(number, "resolve", cause="流程", why="当场解决")).status_code == 303


async def test_a_service_report_is_drafted_corrected_and_submitted(console: Console, scene: Scene, bank: int) -> None:
    wang = await _held(console, bank)
    await wang.do(bank, "reply", text="您好，迁移由我跟进。", key="0123456789abcdef")
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert "需求：总行机房的设备要迁移" in page
    assert "提交给主管" in page
    empty = await wang.do(bank, "report", text="  ")
    assert (empty.status_code, alert_of(empty)) == (422, "内容不能为空。")
    long = await wang.do(bank, "report", text="长" * 4001)
    assert (long.status_code, alert_of(long)) == (413, "内容太长，请删减后再提交。")
    assert "长" * 4001 + "</textarea>" in long.text
    assert (await wang.do(bank, "report", text="已按期完成。")).status_code == 303
    kept = scene.read(lambda db: db.execute(select(reports)).one())
    assert (kept.to, kept.text, kept.by) == ("manager", "已按期完成。", wang.who.id)
    page = (await wang.look(f"/console/tickets/{bank}?done=report")).text
    assert "客服wang 提交给主管" in page
    assert "服务报告已提交。" in page


async def test_a_lead_may_report_on_what_a_colleague_has_finished(console: Console, bank: int) -> None:
    wang, chen, li = await _held(console, bank), await console.sits("chen", "lead"), await console.sits("li")
    await wang.do(bank, "reply", text="好了", key="0123456789abcdef")
    await wang.do(bank, "resolve", why="当场解决")
    assert 'data-move="report"' in (await chen.look(f"/console/tickets/{bank}")).text
    assert 'data-move="report"' not in (await li.look(f"/console/tickets/{bank}")).text
    refused = await li.do(bank, "report", text="已完成")
    assert (refused.status_code, alert_of(refused)) == (409, "这张工单由客服wang负责，只有经办人能这样操作。")
    assert (await chen.do(bank, "report", text="已完成")).status_code == 303


async def test_where_the_tier_owes_no_report_none_is_asked_for(console: Console, waiting: int) -> None:
    wang = await _held(console, waiting)
    assert 'data-move="report"' not in (await wang.look(f"/console/tickets/{waiting}")).text
    answer = await wang.do(waiting, "report", text="已完成")
    assert (answer.status_code, alert_of(answer)) == (409, "按政策，这位客户的工单不需要服务报告。")


async def test_the_page_leads_to_the_policy_the_ticket_was_opened_under(console: Console, bank: int) -> None:
    wang = await console.sits("wang")
    version = console.scene.ticket.policy_version
    assert f'href="/console/policy/{version}"' in (await wang.look(f"/console/tickets/{bank}")).text


async def test_history_says_to_whom_a_ticket_was_given_until_when_and_why(
    console: Console, scene: Scene, bank: int
) -> None:
    wang = await console.sits("wang")
    until = (scene.now + timedelta(minutes=3)).isoformat()
    given = {"to": wang.who.id, "until": until, "why": "当班，手上 0 张工单"}
    before, after = {"assignee_id": None}, {"assignee_id": wang.who.id}
    scene.write(history.log, bank, "assigned", scene.now, before=before, after=after, **given)
    scene.write(history.log, bank, "nobody_on_duty", scene.now, queue="特级专席", why="特级专席现在无人当班")
    page = (await wang.look(f"/console/tickets/{bank}")).text
    assert "派单给客服wang（当班，手上 0 张工单），今天 10:03 前认领" in page
    assert "派给：无 → 客服wang" in page
    assert "无人可派，已告知组长（特级专席现在无人当班）" in page


# Finding one's way


async def test_the_board_lists_each_queue_by_nearest_deadline(console: Console, scene: Scene) -> None:
    later = scene.visitor("later")
    later.say("人工")
    slow = scene.ticket.id
    scene.visitor("urgent").say("很急，影响办公了，转人工")
    scene.visitor("urgent").say("转人工")
    numbers = re.findall(r'data-ticket="(\d+)"', (await (await console.sits("wang")).look("/console")).text)
    assert numbers.index(str(scene.ticket.id)) < numbers.index(str(slow))


async def test_the_filters_show_all_waiting_and_mine(console: Console, scene: Scene) -> None:
    for name in ("a", "b", "c"):
        scene.visitor(name).say("人工")
    wang = await console.sits("wang")
    first = min(ticket.id for ticket in scene.tickets)
    await wang.do(first, "claim")

    async def numbers(show: str) -> set[int]:
        return {int(n) for n in re.findall(r'data-ticket="(\d+)"', (await wang.look(f"/console?show={show}")).text)}

    everything = {ticket.id for ticket in scene.tickets}
    assert await numbers("all") == everything
    assert await numbers("waiting") == everything - {first}
    assert await numbers("mine") == {first}


@pytest.mark.parametrize("text", ["100%_\\", "%", "_", "#1", "#9999999999", "江海", "周文博", "c1001", "卡纸"])
async def test_search_takes_its_text_literally(console: Console, scene: Scene, text: str) -> None:
    bank = scene.visitor("bank", customer="C1001")
    bank.say("纸卡了，进度 100%_\\ 急")
    bank.say("请卡纸专家来")
    scene.visitor("other").say("人工")
    wang = await console.sits("wang")
    page = await wang.look(f"/console?{httpx.QueryParams(q=text)}")
    bank_ticket = next(t.id for t in scene.tickets if t.contact_id == "C1001")
    wanted = {"#1": {1}, "#9999999999": set()}.get(text, {bank_ticket})
    assert {int(number) for number in re.findall(r'data-ticket="(\d+)"', page.text)} == wanted


async def test_what_nobody_said_is_not_found_in_friendly_words(console: Console, waiting: int) -> None:
    page = await (await console.sits("wang")).look("/console?q=不存在的词")
    assert "没有找到相符的工单" in page.text


async def test_opening_a_ticket_reads_its_notices_but_a_page_that_keeps_itself_up_to_date_does_not(
    console: Console, waiting: int
) -> None:
    wang = await console.sits("wang", queues=(console.scene.ticket.queue,))
    await wang.browser.get(f"/console/tickets/{waiting}", headers={"X-Part": "1"})
    assert "都已读过" not in (await wang.look("/console/notices")).text
    await wang.look(f"/console/tickets/{waiting}")
    assert "都已读过" in (await wang.look("/console/notices")).text


async def test_what_is_late_is_acknowledged_in_the_inbox(console: Console, waiting: int) -> None:
    lead = await console.sits("lead", role="lead")
    console.scene.pass_time(hours=3)
    page = await lead.look("/console/notices")
    assert page.text.count(f'action="/console/tickets/{waiting}/acknowledge"') == 1
    await lead.do(waiting, "acknowledge")
    assert "acknowledge" not in (await lead.look("/console/notices")).text


async def test_notices_are_counted_listed_and_marked_as_read(console: Console, waiting: int) -> None:
    wang = await console.sits("wang", queues=(console.scene.ticket.queue,))
    page = await wang.look("/console/notices")
    assert f'<a href="/console/tickets/{waiting}">' in page.text
    assert re.search(r'id="unread" class="badge" >1<', page.text)
    answer = await wang.browser.post("/console/notices/read", data={"csrf": csrf_of(page)})
    assert answer.headers["location"] == "/console/notices"
    assert "都已读过" in (await wang.look("/console/notices")).text


async def test_the_card_shows_who_writes_why_their_tier_and_what_they_claim(console: Console, scene: Scene) -> None:
    bank = scene.visitor("bank", customer="C1001")
    bank.say("我叫赵铁柱，电话 13812345678")
    wang = await console.sits("wang")
    page = (await wang.look(f"/console/tickets/{scene.ticket.id}")).text
    known = ("江海银行股份有限公司总行", "周文博", "13800000001", "zhou.wenbo@example.com")
    for shown in (*known, scene.ticket.tier_reason):
        assert shown in page
    assert "未核实" in page
    assert "电话：138****5678" in page
    assert "姓名或单位：赵铁柱" in page
    scene.act(wang.who, Claim())
    assert "电话：13812345678" in (await wang.look(f"/console/tickets/{scene.ticket.id}")).text
    other = await console.sits("zhao")
    assert "电话：138****5678" in (await other.look(f"/console/tickets/{scene.ticket.id}")).text


async def test_the_card_names_what_the_bot_tried_and_what_was_rejected(
    console: Console, scene: Scene, anna: Visitor
) -> None:
    anna.say("打印机卡纸怎么办")
    anna.tap(f"unhelpful:{JAM.id}")
    anna.say("转人工")
    wang = await console.sits("wang")
    page = (await wang.look(f"/console/tickets/{scene.ticket.id}")).text
    assert JAM.question in page
    assert "客户说不对或没帮助" in page


async def test_an_overdue_clock_is_marked_on_board_and_page(console: Console, waiting: int) -> None:
    console.scene.pass_time(hours=30)
    wang = await console.sits("wang")
    assert 'class="count late"' in (await wang.look("/console")).text
    page = (await wang.look(f"/console/tickets/{waiting}")).text
    assert 'class="tag tag-red">超时<' in page
    assert '<li class="event-breach">' in page


# Speed that does not depend on luck


async def test_late_tickets_come_first_and_have_a_tab_of_their_own(console: Console, scene: Scene) -> None:
    scene.visitor("slow").say("人工")
    slow = scene.ticket.id
    scene.pass_time(hours=1)
    scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    scene.pass_time(minutes=20)
    late, chen = scene.ticket.id, await console.sits("chen", "lead")
    page = (await chen.look("/console")).text
    assert re.findall(r'data-ticket="(\d+)"', page) == [str(late), str(slow)]
    assert "1 张已超时" in page
    assert 'class="tag tag-red">超时 1<' in page
    only = (await chen.look("/console?show=late")).text
    assert re.findall(r'data-ticket="(\d+)"', only) == [str(late)]
    assert "没有在等待客户的工单。" in (await chen.look("/console?show=customer")).text


async def test_a_finished_ticket_stays_on_the_board_while_a_promise_after_it_is_broken(
    console: Console, scene: Scene, bank: int
) -> None:
    wang = await _held(console, bank)
    await wang.do(bank, "reply", text="好了", key="0123456789abcdef")
    for fact in ("assessed", "work_done"):
        await wang.do(bank, "record", fact=fact)
    await wang.do(bank, "resolve", why="当场解决")
    assert f'data-ticket="{bank}"' not in (await wang.look("/console")).text
    scene.clock.advance(hours=25)
    await wang.sign_in()
    page = (await wang.look("/console")).text
    assert f'data-ticket="{bank}"' in page
    assert "邀请验收" in page
    assert "已解决" in page


async def test_each_queue_names_who_is_on_duty_and_what_they_have(console: Console, scene: Scene, waiting: int) -> None:
    wang = await console.sits("wang", queues=("通用客服", "技术支持"))
    assert "当班：" not in (await wang.look("/console")).text, "there is no roster"
    await wang.do(waiting, "claim")
    shift = Shift(0, wang.who.id, "duty", scene.now, scene.now + timedelta(hours=8))
    scene.write(roster_store.insert_shifts, [shift])
    scene.write(roster_store.record, "import", "chen", scene.now)
    page = (await (await console.sits("chen", "lead")).look("/console")).text
    assert page.count("当班：客服wang 1 张") == 2
    assert page.count("当班：<b>无人</b>") == len(scene.policy.queues) - 2


async def test_the_board_takes_as_many_queries_however_many_tickets_there_are(console: Console, scene: Scene) -> None:
    counts = []
    chen = console.hire("chen", "lead")
    for size in (1, 9):
        for number in range(size):
            scene.visitor(f"visitor-{size}-{number}", customer=f"C10{number + 1:02}").say("人工")
        around = (board_queries.read_board, scene.rules, chen, list(scene.policy.queues), DeskView(), scene.now)
        rows = (desk_list.read_page, scene.rules, chen, DeskView(), scene.now)
        counts.append((_queries(scene, *around), _queries(scene, *rows)))
    assert counts[0] == counts[1] == (5, 7)


async def test_a_ticket_page_takes_as_many_queries_after_a_long_talk(
    console: Console, scene: Scene, anna: Visitor, waiting: int
) -> None:
    chen = console.hire("chen", "lead")
    arguments = (ticket_view.read_ticket_view, scene.rules, chen, list(scene.policy.queues), waiting, scene.now)
    before = _queries(scene, *arguments)
    for number in range(20):
        anna.say(f"补充 {number}")
    assert _queries(scene, *arguments) == before


def _queries(scene: Scene, fn: Any, *arguments: Any) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(scene.database.reader, "before_cursor_execute", note)
    scene.read(fn, *arguments)
    event.remove(scene.database.reader, "before_cursor_execute", note)
    return len(seen)


# What the page's stream looks at


async def test_a_page_is_out_of_date_after_a_message_a_note_and_a_claim_but_not_by_itself(
    console: Console, scene: Scene, anna: Visitor, waiting: int
) -> None:
    wang = await console.sits("wang")
    marks = [scene.read(ticket_view.read_fingerprint, waiting), scene.read(ticket_view.read_fingerprint, waiting)]
    anna.say("再补充一句")
    marks.append(scene.read(ticket_view.read_fingerprint, waiting))
    await wang.do(waiting, "note", text="备注")
    marks.append(scene.read(ticket_view.read_fingerprint, waiting))
    await wang.do(waiting, "claim")
    marks.append(scene.read(ticket_view.read_fingerprint, waiting))
    assert marks[0] == marks[1]
    assert len(set(marks)) == 4


async def test_the_pulse_tells_of_a_new_ticket_and_of_unread_notices_only_in_ones_own_queues(
    console: Console, scene: Scene, waiting: int
) -> None:
    wang = console.hire("wang", queues=(scene.ticket.queue,))
    li = console.hire("li", queues=("特级专席",))
    assert scene.read(read_pulse, scene.policy, wang, wang.queues).newest == waiting
    assert scene.read(read_pulse, scene.policy, wang, wang.queues).unread == 1
    assert scene.read(read_pulse, scene.policy, li, li.queues).newest == 0
    assert scene.read(read_pulse, scene.policy, li, li.queues).unread == 0


async def test_the_customers_page_names_the_company_and_has_no_inline_script_or_style(console: Console) -> None:
    page = await console.browser().get("/chat")
    assert f"<h1>{console.scene.policy.name}</h1>" in page.text
    assert phrases.say(console.scene.policy, "greeting") in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)


async def test_no_console_page_has_inline_script_or_style(console: Console, waiting: int) -> None:
    wang = await console.sits("wang")
    await wang.do(waiting, "claim")
    for path in ("/console", f"/console/tickets/{waiting}", "/console/notices", "/console/tickets/9999"):
        page = (await wang.look(path)).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
