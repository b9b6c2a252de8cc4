"""POST /api/tickets: other programs open tickets with a key of their own scope."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.auth import api_keys
from tests.bot.web.doors import Doors

CALL: dict[str, Any] = {"key": "call-0001", "channel": "phone", "what": "打印机卡纸", "caller": "13900001111"}


def key_of(doors: Doors, *scopes: str) -> str:
    made: str = doors.scene.write(api_keys.create_key, f"pbx-{scopes}", scopes, "cli", doors.scene.now)
    return made


async def send(doors: Doors, key: str, /, **changes: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return await doors.http.post("/api/tickets", json=CALL | changes, headers=headers)


async def test_a_call_becomes_a_ticket_once(doors: Doors) -> None:
    key = key_of(doors, "tickets")
    first, again = await send(doors, key), await send(doors, key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.json()["queue"] == "通用客服"
    assert first.json()["first_contact_by"] == "2026-11-23T12:00:00+08:00"
    assert len(doors.scene.tickets) == 1


async def test_clocks_run_from_when_it_was_raised(doors: Doors) -> None:
    answer = await send(doors, key_of(doors, "tickets"), raised_at="2026-11-23T09:30:00+08:00")
    assert answer.json()["first_contact_by"] == "2026-11-23T11:30:00+08:00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"raised_at": "2026-11-23T23:30:00+08:00"}, "提出时间不能晚于现在。"),
        ({"raised_at": "heute"}, "raised_at 须为带时区的时间，例如 2026-11-23T10:15:00+08:00。"),
        ({"caller": ""}, "请选择客户；不在客户资料里的，请写下姓名或电话。"),
        ({"customer": "C404"}, "客户资料里没有这位客户，请重新选择。"),
    ],
)
async def test_what_cannot_be_entered_is_refused_in_a_sentence(doors: Doors, changes: Any, sentence: str) -> None:
    answer = await send(doors, key_of(doors, "tickets"), **changes)
    assert (answer.status_code, answer.json()["error"]) == (422, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"key": "call-1"}, "「key」至少 8 个字。"),
        ({"channel": "fax"}, '「channel」须为 phone、mail、visit 之一，这里是 "fax"。'),
        ({"phone": "13900001111"}, "没有「phone」这个字段。"),
    ],
)
async def test_a_field_that_is_wrong_is_named(doors: Doors, changes: Any, sentence: str) -> None:
    answer = await send(doors, key_of(doors, "tickets"), **changes)
    assert (answer.status_code, answer.json()["error"]) == (422, sentence)


async def test_a_body_that_is_no_json_is_called_so(doors: Doors) -> None:
    headers = {"Authorization": f"Bearer {key_of(doors, 'tickets')}", "Content-Type": "application/json"}
    answer = await doors.http.post("/api/tickets", content="{key", headers=headers)
    assert (answer.status_code, answer.json()) == (422, {"error": "请求内容不是有效的 JSON。"})


async def test_a_key_of_another_scope_opens_nothing(doors: Doors) -> None:
    answer = await send(doors, key_of(doors, "customers"))
    assert answer.status_code == 403
    assert answer.json()["error"].endswith("没有「tickets」权限，请联系管理员另外生成密钥。")


async def test_what_a_customer_of_the_crm_said_in_full_is_kept(doors: Doors) -> None:
    doors.scene.know("C1001")
    await send(doors, key_of(doors, "tickets"), customer="C1001", details="请周五前来人")
    assert doors.scene.ticket.subject == "打印机卡纸\n请周五前来人"


@pytest.mark.parametrize("field", ["what", "details"])
async def test_a_danger_makes_it_critical_and_the_answer_says_so_each_time(doors: Doors, field: str) -> None:
    key = key_of(doors, "tickets")
    first, again = [await send(doors, key, **{field: "客户电话：机器冒烟了"}) for _ in range(2)]
    assert first.json() == again.json()
    told = {name: first.json()[name] for name in ("queue", "urgency", "danger")}
    assert told == {"queue": "特级专席", "urgency": "critical", "danger": "raised"}
    assert first.json()["first_contact_by"] == "2026-11-23T10:15:00+08:00"
    assert doors.scene.notices("new") == [("new", "queue", "特级专席")]


async def test_a_danger_beside_an_urgency_alarms_and_the_answer_says_so(doors: Doors) -> None:
    answer = await send(doors, key_of(doors, "tickets"), what="机器冒烟了", urgency="low")
    assert (answer.json()["urgency"], answer.json()["danger"]) == ("low", "kept")
    assert ("critical", "queue", "特级专席") in doors.scene.notices("critical")


@pytest.mark.parametrize(
    ("what", "danger"),
    [
        ("要烟灰色的机器", None),
        ("电话里很火", None),
        ("打火机订单", None),
        ("没有冒烟", None),
        ("客户问是不是冒烟？", "asked"),
    ],
)
async def test_what_only_sounds_like_a_danger_is_a_usual_ticket(doors: Doors, what: str, danger: str | None) -> None:
    answer = await send(doors, key_of(doors, "tickets"), what=what)
    assert (answer.json()["urgency"], answer.json()["danger"]) == ("normal", danger)
    assert "特级专席" not in [name for _, _, name in doors.scene.notices()]
