"""The chat API: what it takes, what it answers, and what it refuses with which sentence."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.agents.actions import Claim, Reply, Resolve
from bot.auth import one_time_codes
from bot.auth.visitor_sessions import address_of as visitor_address
from bot.auth.visitor_sessions import visitor_sessions
from bot.delivery.rate_limit import SENDER_BURST
from bot.messages import MAX_FILE, MAX_TEXT
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages, transcript
from bot.upkeep.free_space import FreeSpace
from bot.web.chat.stream import live_events
from bot.wording import refusals
from escalation.customers.data_requests import under_way
from escalation.tickets.ratings import latest_dimensions
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import ORDER, UNKNOWN
from tests.bot.web.doors import ORIGIN, SECRET, Doors
from tests.patience import patience

BANK, FIRM = "C1001", "C1015"  # 特级, 二级


# ── sessions and identity ─────────────────────────────────────────────


async def test_a_session_needs_nothing_and_greets(doors: Doors) -> None:
    answer = await doors.http.post("/api/chat/sessions")
    assert answer.status_code == 201
    found = answer.json()
    assert (found["expires_in"], found["greeting"]) == (86_400, doors.scene.sentence("greeting"))


async def test_a_session_that_is_used_lives_thirty_days(doors: Doors) -> None:
    who = await doors.session()
    doors.scene.clock.advance(days=1, seconds=-1)
    assert (await doors.say(who, "怎么查订单")).status_code == 200
    doors.scene.clock.advance(days=29)
    assert (await doors.say(who, "怎么查订单")).status_code == 200
    doors.scene.clock.advance(seconds=1)
    answer = await doors.say(who, "怎么查订单")
    assert (answer.status_code, answer.json()) == (401, {"error": refusals.BAD_SESSION})


async def test_a_session_through_which_nothing_was_sent_lives_a_day(doors: Doors) -> None:
    who = await doors.session()
    doors.scene.clock.advance(days=1, seconds=-1)
    assert (await doors.http.get("/api/chat/messages", headers=who)).status_code == 200
    doors.scene.clock.advance(seconds=1)
    assert (await doors.say(who, "怎么查订单")).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer ' OR 1=1 --", "x" * 9_000]
)
async def test_without_a_good_session_nothing_is_taken_in(doors: Doors, header: str) -> None:
    for method, path in (("POST", "messages"), ("GET", "messages"), ("GET", "stream"), ("POST", "identify")):
        body = {"key": "1", "text": "人工", "token": "x"} if method == "POST" else None
        answer = await doors.http.request(
            method, f"/api/chat/{path}", json=body and _fitting(path, body), headers={"Authorization": header}
        )
        assert (answer.status_code, answer.json()) == (401, {"error": refusals.BAD_SESSION})
    assert doors.scene.count(conversations) == 0


def _fitting(path: str, body: dict[str, str]) -> dict[str, str]:
    return {"token": body["token"]} if path == "identify" else {"key": body["key"], "text": body["text"]}


async def test_a_customer_the_host_site_vouches_for_reaches_their_own_people(doors: Doors) -> None:
    doors.scene.know(BANK)
    who = await doors.session(token=doors.token(BANK))
    await doors.say(who, "怎么查订单")
    assert (doors.scene.ticket.tier, doors.scene.ticket.contact_id) == ("特级", BANK)


def forged(doors: Doors) -> dict[str, str]:
    past = int((doors.scene.now - timedelta(seconds=1)).timestamp())
    good = doors.token(BANK)
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return {
        "expired": doors.token(BANK, exp=past),
        "forged": doors.token(BANK, secret="x" * 40),
        "wrong audience": doors.token(BANK, aud="elsewhere"),
        "no exp": doors.token(BANK, exp=None),
        "alg none": f"{header}.{good.split('.')[1]}.",
        "unknown customer": doors.token("C9999"),
        "SQL": doors.token("' OR 1=1 --"),
        "no token": "garbage",
    }


async def test_a_bad_token_is_refused_and_nothing_is_written(doors: Doors) -> None:
    doors.scene.know(BANK)
    for name, token in forged(doors).items():
        answer = await doors.http.post("/api/chat/sessions", json={"token": token})
        assert (name, answer.status_code, answer.json()) == (name, 401, {"error": refusals.BAD_TOKEN})
    assert (doors.scene.count(visitor_sessions), doors.scene.count(conversations)) == (0, 0)


async def test_a_bad_token_in_the_middle_changes_nothing(doors: Doors) -> None:
    doors.scene.know(BANK)
    who = await doors.session()
    await doors.say(who, "人工")
    for name, token in forged(doors).items():
        answer = await doors.http.post("/api/chat/identify", json={"token": token}, headers=who)
        assert (name, answer.status_code) == (name, 401)
    assert (doors.scene.ticket.tier, doors.scene.ticket.contact_id) == ("三级", None)


async def test_identified_in_the_middle_the_ticket_moves(doors: Doors) -> None:
    doors.scene.know(BANK)
    who = await doors.session()
    await doors.say(who, "人工")
    answer = await doors.http.post("/api/chat/identify", json={"token": doors.token(BANK)}, headers=who)
    assert (answer.status_code, answer.json()) == (200, {"identified": True})
    assert (doors.scene.ticket.tier, doors.scene.ticket.queue) == ("特级", "特级专席")


async def test_another_customers_token_is_refused_on_a_proven_session_and_nothing_moves(doors: Doors) -> None:
    doors.scene.know(BANK, FIRM)
    first = await doors.session(token=doors.token(BANK))
    await doors.say(first, "人工")
    ticket, lines = doors.scene.ticket, await doors.texts(first)
    clocks = doors.scene.clocks("first_contact", ticket.id)
    answer = await doors.http.post("/api/chat/identify", json={"token": doors.token(FIRM)}, headers=first)
    sentence = "这是另一位客户的会话，请先结束会话，再从官网重新进入。"
    assert (answer.status_code, answer.json()) == (409, {"error": sentence})
    assert (doors.scene.ticket, await doors.texts(first)) == (ticket, lines)
    assert doors.scene.clocks("first_contact", ticket.id) == clocks
    second = await doors.session(token=doors.token(FIRM))
    assert await doors.texts(second) == []
    await doors.say(second, "人工")
    mine = doors.scene.ticket
    assert (mine.id != ticket.id, mine.contact_id, mine.tier) == (True, FIRM, "二级")
    assert await doors.texts(first) == lines


async def test_the_same_customer_proven_again_keeps_session_and_conversation(doors: Doors) -> None:
    doors.scene.know(BANK)
    who = await doors.session(token=doors.token(BANK))
    await doors.say(who, "怎么查订单")
    answer = await doors.http.post("/api/chat/identify", json={"token": doors.token(BANK)}, headers=who)
    assert answer.json() == {"identified": True}
    assert len(await doors.texts(who)) == 2


async def test_an_ended_session_opens_nothing_and_its_matter_goes_on(doors: Doors) -> None:
    who = await doors.session()
    await doors.say(who, "人工")
    assert (await doors.http.post("/api/chat/end", headers=who)).status_code == 204
    for method, path in (("GET", "messages"), ("GET", "stream"), ("POST", "end")):
        answer = await doors.http.request(method, f"/api/chat/{path}", headers=who)
        assert (answer.status_code, answer.json()) == (401, {"error": "会话已失效，请刷新页面后重新开始。"})
    assert doors.scene.ticket.is_open


async def test_the_secret_never_leaves_the_house(doors: Doors) -> None:
    answer = await doors.http.post("/api/chat/sessions", json={"token": "x"})
    assert SECRET not in answer.text


# ── messages ──────────────────────────────────────────────────────────


async def test_the_transcript_is_the_delivery(doors: Doors) -> None:
    who = await doors.session()
    taken = (await doors.say(who, "怎么查订单")).json()
    assert (taken["duplicate"], taken["composing"]) == (False, False)
    found = (await doors.http.get("/api/chat/messages", headers=who)).json()
    assert (found["state"], found["composing"]) == ("bot", False)
    mine, answer = found["messages"]
    assert (mine["id"], mine["author"], mine["text"]) == (taken["id"], "customer", "怎么查订单")
    assert (answer["author"], answer["text"]) == ("bot", ORDER.answer)
    assert answer["buttons"][0] == {"choice": "helpful:order-query", "label": "有帮助"}
    assert set(answer) == {"id", "author", "kind", "text", "at", "buttons"}
    assert await doors.texts(who, after=mine["id"]) == [ORDER.answer]


async def test_the_same_key_twice_is_once(doors: Doors) -> None:
    who = await doors.session()
    first = (await doors.say(who, "怎么查订单", key="same")).json()
    for _ in range(2):
        again = (await doors.say(who, "怎么查订单", key="same")).json()
        assert again["duplicate"] is True
        assert again["id"] == first["id"]
    assert len(await doors.texts(who)) == 2


async def test_the_same_key_of_two_visitors_is_two_messages(doors: Doors) -> None:
    for who in (await doors.session(), await doors.session()):
        assert (await doors.say(who, "怎么查订单", key="1")).json()["duplicate"] is False


async def test_a_visitor_sees_nobody_elses_words_or_files(doors: Doors) -> None:
    anna, bert = await doors.session(), await doors.session()
    await doors.say(anna, "怎么查订单")
    assert await doors.texts(bert) == []
    sent = await doors.http.post(
        "/api/chat/files", params={"key": "f"}, files={"file": ("a.png", b"\x89PNG", "image/png")}, headers=anna
    )
    path = f"/api/chat/files/{sent.json()['id']}"
    assert (await doors.http.get(path, headers=anna)).content == b"\x89PNG"
    refused = await doors.http.get(path, headers=bert)
    assert (refused.status_code, refused.json()) == (404, {"error": refusals.NO_SUCH_PAGE})


async def test_composing_and_the_state_of_the_ticket_are_told(doors: Doors) -> None:
    who = await doors.session()
    assert (await doors.say(who, "在吗")).json()["composing"] is True
    assert (await doors.http.get("/api/chat/messages", headers=who)).json()["composing"] is True
    await doors.say(who, "人工")
    li = doors.scene.staff()
    states = [(await doors.http.get("/api/chat/messages", headers=who)).json()["state"]]
    doors.scene.act(li, Claim())
    doors.scene.act(li, Reply("您好", "1"))
    found = (await doors.http.get("/api/chat/messages", headers=who)).json()
    assert [*states, found["state"]] == ["waiting", "claimed"]
    assert (found["messages"][-1]["author"], found["messages"][-1]["name"]) == ("agent", "客服li")


async def test_choices_and_ratings_are_taken(doors: Doors) -> None:
    who = await doors.session()
    await doors.say(who, "怎么查订单")
    for body in ({"choice": "unhelpful:order-query"}, {"choice": "person"}, {"rating": 5}):
        answer = await doors.http.post("/api/chat/messages", json={"key": str(body), **body}, headers=who)
        assert answer.status_code == 200
    assert doors.scene.ticket.rejected == ["order-query"]


async def test_a_dimension_is_rated_on_the_page_by_its_customer_alone(doors: Doors) -> None:
    scene, who, other = doors.scene, await doors.session(), await doors.session()
    await doors.say(who, "打印机卡纸，修不好，转人工")
    await doors.say(other, "你好")
    li = scene.staff()
    for action in (Claim(), Reply("好了。", "12345678"), Resolve(None, "当场解决")):
        scene.act(li, action)
    scene.pass_time(hours=1)
    number = scene.ticket.id
    for choice in (f"rate:4:{number}:1", f"dim:{number}:1:response:2"):
        body = {"key": choice, "choice": choice}
        theirs = await doors.http.post("/api/chat/messages", json=body, headers=other)
        assert (theirs.status_code, theirs.json()) == (422, {"error": refusals.BAD_CHOICE})
        assert (await doors.http.post("/api/chat/messages", json=body, headers=who)).status_code == 200
    found = (await doors.http.get("/api/chat/messages", headers=who)).json()["messages"]
    assert found[-1]["text"] == "已记下：响应 2 分，感谢您的反馈。"
    assert scene.read(latest_dimensions, number, 1) == {"response": 2}


async def test_what_is_no_message_is_refused_with_a_sentence(doors: Doors) -> None:
    who = await doors.session()
    empty, long = doors.scene.sentence("empty_message"), doors.scene.sentence("too_long")
    wrong: list[tuple[Any, int, str]] = [
        ({"key": "1"}, 422, refusals.BAD_MESSAGE),
        ({"key": "1", "text": "a", "choice": "person"}, 422, refusals.BAD_MESSAGE),
        ({"text": "a"}, 422, refusals.BAD_MESSAGE),
        ({"key": 1, "text": "a"}, 422, refusals.BAD_MESSAGE),
        ({"key": "1", "text": None}, 422, refusals.BAD_MESSAGE),
        ({"key": "1", "text": 5}, 422, refusals.BAD_MESSAGE),
        ([], 422, refusals.BAD_MESSAGE),
        ("人工", 422, refusals.BAD_MESSAGE),
        ({"key": "", "text": "a"}, 422, refusals.BAD_MESSAGE_KEY),
        ({"key": "k" * 65, "text": "a"}, 422, refusals.BAD_MESSAGE_KEY),
        ({"key": "a\x00b", "text": "a"}, 422, refusals.BAD_MESSAGE_KEY),
        ({"key": "1", "rating": 0}, 422, refusals.BAD_RATING),
        ({"key": "1", "rating": 6}, 422, refusals.BAD_RATING),
        ({"key": "1", "rating": 10**30}, 422, refusals.BAD_RATING),
        ({"key": "1", "rating": 4.5}, 422, refusals.BAD_MESSAGE),
        ({"key": "1", "rating": "5"}, 422, refusals.BAD_MESSAGE),
        ({"key": "1", "rating": True}, 422, refusals.BAD_MESSAGE),
        ({"key": "1", "choice": ""}, 422, refusals.BAD_CHOICE),
        ({"key": "1", "choice": "delete:everything"}, 422, refusals.BAD_CHOICE),
        ({"key": "1", "choice": "ask:" + "x" * 65}, 422, refusals.BAD_CHOICE),
        ({"key": "1", "text": ""}, 422, empty),
        ({"key": "1", "text": " \n\t"}, 422, empty),
        ({"key": "1", "text": "\x00\x07\x1b"}, 422, empty),
        ({"key": "1", "text": "\u200b\u200d\ufeff\u202e\u2066"}, 422, empty),
        ({"key": "1", "text": "\ufe0f\u3000"}, 422, empty),
        ({"key": "1", "text": "卡" * (MAX_TEXT + 1)}, 413, long),
        ({"key": "1", "text": "x" * 100_000}, 413, long),
    ]
    for body, status, sentence in wrong:
        answer = await doors.http.post("/api/chat/messages", json=body, headers=who)
        assert (str(body)[:80], answer.status_code, answer.json()) == (str(body)[:80], status, {"error": sentence})
    assert doors.scene.count(messages) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5_000, b'{"key": NaN}', b"null"])
async def test_what_is_no_json_is_refused_with_a_sentence(doors: Doors, body: bytes) -> None:
    headers = {**await doors.session(), "Content-Type": "application/json"}
    answer = await doors.http.post("/api/chat/messages", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json() == {"error": refusals.BAD_MESSAGE}


async def test_half_a_character_is_no_text_and_no_key(doors: Doors) -> None:
    headers = {**await doors.session(), "Content-Type": "application/json"}
    sentences = []
    for body in (
        b'{"key": "1", "text": "\\ud800"}',
        b'{"key": "\\ud800", "text": "a"}',
        b'{"key": "1", "choice": "\\ud800"}',
    ):
        answer = await doors.http.post("/api/chat/messages", content=body, headers=headers)
        assert answer.status_code == 422
        sentences.append(answer.json()["error"])
    assert sentences == [doors.scene.sentence("empty_message"), refusals.BAD_MESSAGE_KEY, refusals.BAD_CHOICE]
    refused = await doors.http.post("/api/chat/sessions", content=b'{"token": "\\ud800"}', headers=headers)
    assert (refused.status_code, refused.json()) == (401, {"error": refusals.BAD_TOKEN})


async def test_control_zero_width_and_bidi_characters_are_dropped_the_rest_is_kept(doors: Doors) -> None:
    who = await doors.session()
    await doors.say(who, "\u202e怎么\u200b查\x00订单\u202c\r\n")
    assert await doors.texts(who) == ["怎么查订单", ORDER.answer]


@pytest.mark.parametrize("text", ["'; DROP TABLE messages; --", "<script>alert(1)</script>", "{{7*7}} {by} %s"])
async def test_sql_and_html_are_words_like_any_other(doors: Doors, text: str) -> None:
    who = await doors.session()
    assert (await doors.say(who, text)).status_code == 200
    answer = await doors.http.get("/api/chat/messages", headers=who)
    assert answer.json()["messages"][0]["text"] == text
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("sign", ["👍🏽", "？", "？？？", "……", "❤️", "!"])
async def test_a_sign_without_words_is_kept_and_goes_to_whoever_has_the_ticket(doors: Doors, sign: str) -> None:
    who = await doors.session()
    await doors.say(who, "人工")
    assert (await doors.say(who, sign)).status_code == 200
    said = [line for line in doors.scene.read(transcript, doors.scene.ticket.conversation_id) if line.text == sign]
    assert [line.ticket_id for line in said] == [doors.scene.ticket.id]


async def test_a_token_that_lives_longer_than_a_day_is_refused(doors: Doors) -> None:
    doors.scene.know(BANK)
    day = int((doors.scene.now + timedelta(hours=24)).timestamp())
    assert (await doors.http.post("/api/chat/sessions", json={"token": doors.token(BANK, exp=day)})).status_code == 201
    answer = await doors.http.post("/api/chat/sessions", json={"token": doors.token(BANK, exp=day + 1)})
    sentence = "身份凭证的有效期超过 24 小时，不能使用，请从官网重新进入。"
    assert (answer.status_code, answer.json()) == (401, {"error": sentence})


async def test_a_link_opens_the_page_once(doors: Doors) -> None:
    doors.scene.know(BANK)
    code = doors.scene.write(one_time_codes.issue, SECRET, "chat", BANK, doors.scene.now, timedelta(hours=24))
    who = await doors.session(code=code)
    await doors.say(who, "人工")
    assert doors.scene.ticket.contact_id == BANK
    again = await doors.http.post("/api/chat/sessions", json={"code": code})
    used = "这个链接已经用过，每个链接只能使用一次；如需在其他设备上继续，请向客服索取新的链接。"
    assert (again.status_code, again.json()) == (401, {"error": used})
    late = doors.scene.write(one_time_codes.issue, SECRET, "chat", BANK, doors.scene.now, timedelta(hours=1))
    doors.scene.clock.advance(hours=1)
    answer = await doors.http.post("/api/chat/sessions", json={"code": late})
    assert (answer.status_code, answer.json()) == (401, {"error": "链接无效或已过期，请向客服索取新的链接。"})


async def test_a_message_at_the_limit_is_taken(doors: Doors) -> None:
    who = await doors.session()
    assert (await doors.say(who, "卡" * MAX_TEXT)).status_code == 200


@pytest.mark.parametrize("after", ["-1", "x", str(2**31), "9" * 40, "1.5"])
async def test_a_place_in_the_transcript_that_is_none(doors: Doors, after: str) -> None:
    who = await doors.session()
    answer = await doors.http.get("/api/chat/messages", params={"after": after}, headers=who)
    assert (answer.status_code, answer.json()) == (422, {"error": refusals.BAD_MESSAGE})


async def test_a_customer_never_sees_scores_notes_or_the_reason_for_a_tier(doors: Doors) -> None:
    who = await doors.session()
    await doors.say(who, "打印机有点问题")
    doors.scene.pass_time(seconds=3)
    await doors.say(who, "人工")
    shown = (await doors.http.get("/api/chat/messages", headers=who)).text
    for hidden in ("confidence", "三级", "通用客服", "技术支持", "staff_id", "article"):
        assert hidden not in shown


# ── files ─────────────────────────────────────────────────────────────


async def send_file(doors: Doors, who: dict[str, str], name: str, content: bytes, mime: str, key: str = "f") -> Any:
    files = {"file": (name, content, mime)}
    return await doors.http.post("/api/chat/files", params={"key": key}, files=files, headers=who)


async def test_a_picture_is_kept_and_goes_to_a_person(doors: Doors) -> None:
    who = await doors.session()
    answer = await send_file(doors, who, "卡纸.jpg", b"\xff\xd8", "image/jpeg")
    assert (answer.status_code, answer.json()["duplicate"]) == (200, False)
    assert (await send_file(doors, who, "卡纸.jpg", b"\xff\xd8", "image/jpeg")).json()["duplicate"] is True
    line = (await doors.http.get("/api/chat/messages", headers=who)).json()["messages"][0]
    assert line["file"] == {"file": "卡纸.jpg", "mime": "image/jpeg", "size": 2}
    assert doors.scene.ticket.reason == "file"
    kept = await doors.http.get(f"/api/chat/files/{line['id']}", headers=who)
    assert kept.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%8D%A1%E7%BA%B8.jpg"
    assert kept.headers["content-security-policy"] == "sandbox"
    assert kept.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n", "image/png"),
        (b"\x00\x00\x00\x18ftypheic", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "application/octet-stream"),
        (b"<html>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
async def test_what_does_not_begin_as_a_picture_is_shown_as_none(doors: Doors, content: bytes, kind: str) -> None:
    who = await doors.session()
    number = (await send_file(doors, who, "图.png", content, "image/png")).json()["id"]
    assert (await doors.http.get(f"/api/chat/files/{number}", headers=who)).headers["content-type"] == kind


@pytest.mark.parametrize(
    "mime",
    ["text/html", "image/svg+xml", "application/x-msdownload", "", "application/javascript", "image/" + "x" * 200],
)
async def test_a_file_of_another_kind_is_refused(doors: Doors, mime: str) -> None:
    answer = await send_file(doors, await doors.session(), "a", b"x", mime)
    assert (answer.status_code, answer.json()) == (415, {"error": refusals.FILE_KIND})
    assert doors.scene.count(messages) == 0


async def test_without_room_files_are_refused_and_words_are_not(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FreeSpace, "bytes", 499 * 2**20)
    who = await doors.session()
    answer = await send_file(doors, who, "a.png", b"x", "image/png")
    assert (answer.status_code, answer.json()) == (
        507,
        {"error": "暂时无法接收文件，请先用文字说明情况，我们照常受理；文件请稍后再发。"},
    )
    assert doors.scene.count(messages) == 0
    assert (await doors.say(who, "人工")).status_code == 200


async def test_a_file_that_is_too_large_is_refused(doors: Doors) -> None:
    answer = await send_file(doors, await doors.session(), "a.png", b"x" * (MAX_FILE + 1), "image/png")
    assert (answer.status_code, answer.json()) == (413, {"error": refusals.FILE_TOO_LARGE})
    assert doors.scene.count(messages) == 0


async def test_a_body_beyond_all_measure_is_refused_before_it_is_read(doors: Doors) -> None:
    headers = {**await doors.session(), "Content-Length": str(10**12)}
    answer = await doors.http.post("/api/chat/messages", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()) == (413, {"error": doors.scene.sentence("too_long")})


async def test_what_else_a_body_holds_changes_nothing(doors: Doors) -> None:
    who = await doors.session()
    answer = await doors.http.post("/api/chat/messages", json={"key": "1", "text": "你好", "tier": "特级"}, headers=who)
    assert answer.status_code == 200
    assert doors.scene.count(tickets) == 0


@pytest.mark.parametrize("mime", ["image/x\x00y", "image/SVG+XML", "image/", "image/a b"])
async def test_a_kind_of_file_that_is_no_kind_is_refused(doors: Doors, mime: str) -> None:
    who = await doors.session()
    answer = await send_file(doors, who, "a.png", b"x", mime)
    assert (answer.status_code, answer.json()) == (415, {"error": refusals.FILE_KIND})


async def test_a_document_is_never_shown_as_a_page_of_ours(doors: Doors) -> None:
    who = await doors.session()
    number = (await send_file(doors, who, "a.txt", b"<script>", "text/plain")).json()["id"]
    kept = await doors.http.get(f"/api/chat/files/{number}", headers=who)
    assert kept.headers["content-type"] == "application/octet-stream"


async def test_the_name_of_a_file_is_cleaned(doors: Doors) -> None:
    who = await doors.session()
    await send_file(doors, who, "\u202egpj.exe", b"x", "image/png")
    line = (await doors.http.get("/api/chat/messages", headers=who)).json()["messages"][0]
    assert line["file"]["file"] == "gpj.exe"


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**31), "9" * 40])
async def test_a_file_of_no_number(doors: Doors, number: str) -> None:
    answer = await doors.http.get(f"/api/chat/files/{number}", headers=await doors.session())
    assert answer.status_code in (404, 422)
    assert answer.json()["error"].endswith("。")


# ── the stream ────────────────────────────────────────────────────────


async def test_the_stream_tells_what_is_there_and_then_what_is_new(doors: Doors) -> None:
    who = await doors.session()
    await doors.say(who, "怎么查订单")
    address = doors.scene.read(lambda db: db.scalar(conversations.select().with_only_columns(conversations.c.address)))
    doors.scene.database.on_commit = doors.service.change_feed.notify

    async def connected() -> bool:
        return False

    request: Any = SimpleNamespace(is_disconnected=connected, app=doors.app)
    events = live_events(request, doors.service, who["Authorization"].split()[1], address, 0)
    first = await anext(events)
    assert first.startswith("event: messages\nid: 2\ndata: {")
    assert [line["text"] for line in json.loads(first.split("data: ")[1])["messages"]] == ["怎么查订单", ORDER.answer]
    waiting = asyncio.ensure_future(anext(events))
    await doors.say(who, "安装人工费多少钱")
    async with asyncio.timeout(patience(20)):
        assert "安装人工费多少钱" in await waiting
    await events.aclose()


async def test_the_stream_ends_with_its_session(doors: Doors) -> None:
    who = await doors.session()
    token = who["Authorization"].split()[1]
    await doors.say(who, "怎么查订单")
    address = doors.scene.read(visitor_address, token, doors.scene.now)
    doors.scene.database.on_commit = doors.service.change_feed.notify

    async def connected() -> bool:
        return False

    request: Any = SimpleNamespace(is_disconnected=connected, app=doors.app)
    events = live_events(request, doors.service, token, address, 0)
    await anext(events)
    waiting = asyncio.ensure_future(anext(events, "over"))
    await doors.http.post("/api/chat/end", headers=who)
    async with asyncio.timeout(patience(20)):
        assert await waiting == "over"


async def test_the_stream_ends_when_the_house_closes(doors: Doors) -> None:
    who = await doors.session()
    doors.app.state.stopping.set()
    answer = await doors.http.get("/api/chat/stream", headers=who)
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["content-type"].startswith("text/event-stream")


# ── the service's troubles ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("INSERT", {"text": "周文博"}, Exception("disk full: 周文博")), 503),
        (OSError("No space left on device"), 503),
        (RuntimeError("a bug: 周文博"), 500),
    ],
)
async def test_a_customer_reads_a_sentence_never_a_stack_trace_and_the_log_no_names(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, status: int
) -> None:
    who = await doors.session()

    async def breaks(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(doors.service, "receive", breaks)
    answer = await doors.say(who, "人工", key="1")
    assert (answer.status_code, answer.json()) == (status, {"error": refusals.NOT_WORKING})
    assert "周文博" not in caplog.text
    monkeypatch.undo()
    assert (await doors.say(who, "人工", key="1")).json()["duplicate"] is False


async def test_an_unknown_page_is_told_so(doors: Doors) -> None:
    for method, path in (("GET", "/nowhere"), ("DELETE", "/api/chat/messages"), ("GET", "/api/chat/sessions")):
        answer = await doors.http.request(method, path)
        assert answer.status_code in (404, 405)
        assert answer.json() == {"error": refusals.NO_SUCH_PAGE}


async def test_only_listed_host_sites_may_embed_the_chat(doors: Doors) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    good = await doors.http.options("/api/chat/messages", headers={"Origin": ORIGIN, **asked})
    bad = await doors.http.options("/api/chat/messages", headers={"Origin": "https://evil.example", **asked})
    assert good.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in bad.headers


async def test_every_answer_carries_the_protecting_headers(doors: Doors) -> None:
    for path in ("/chat", "/api/chat/messages", "/healthz", "/nowhere"):
        headers = (await doors.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]


async def test_the_front_door_leads_to_the_chat(doors: Doors) -> None:
    answer = await doors.http.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/chat")


async def test_words_nobody_knows_are_a_miss_and_then_a_ticket(doors: Doors) -> None:
    who = await doors.session()
    for _ in range(2):
        await doors.say(who, UNKNOWN)
        doors.scene.pass_time(seconds=3)
    assert doors.scene.ticket.reason == "missed_twice"


async def test_whoever_sends_without_end_is_asked_to_wait_and_nothing_more_is_written(doors: Doors) -> None:
    who = await doors.session()
    for number in range(SENDER_BURST):
        assert (await doors.say(who, f"第 {number} 句")).status_code == 200
    lines = doors.scene.count(messages)
    refused = await doors.say(who, "还有一句")
    assert (refused.status_code, refused.json()) == (
        429,
        {"error": "您发送得太快了，刚才的消息没有全部收到。请稍等一分钟，再把要点发给我们。"},
    )
    assert doors.scene.count(messages) == lines


async def test_a_proven_customer_asks_for_their_data_on_the_page(doors: Doors) -> None:
    doors.scene.know(BANK)
    who, stranger = await doors.session(), await doors.session()

    async def send(whose: Any, **body: str) -> Any:
        return await doors.http.post("/api/chat/messages", json={"key": str(body), **body}, headers=whose)

    await send(stranger, text="/forget")
    assert (await send(stranger, choice="self:forget")).json() == {"error": refusals.BAD_CHOICE}
    await doors.http.post("/api/chat/identify", json={"token": doors.token(BANK)}, headers=who)
    assert (await send(who, text="/forget")).json()["composing"] is False
    assert (await send(who, choice="self:forget")).status_code == 200
    (asked,) = doors.scene.read(under_way)
    assert (asked.kind, asked.contact_id, asked.door, asked.state) == ("erase", BANK, "web", "open")
    assert doors.scene.ticket.id == asked.ticket_id
    found = (await doors.http.get("/api/chat/messages", headers=who)).json()["messages"]
    assert found[-1]["text"].endswith("最晚 2026年12月14日 前办结并答复您。")
