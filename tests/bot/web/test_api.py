"""PUT /api/customers: with a key, whole records only, every refusal a sentence; open tickets follow."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.auth import api_keys, one_time_codes
from bot.auth.api_keys import SCOPES
from bot.tickets import tier_moves
from bot.wording import refusals
from escalation.customers.customer_rows import contacts
from escalation.customers.tier_proposals import waiting_proposals
from tests.bot.web.doors import SECRET, Doors

SHOP: dict[str, Any] = {
    "organisation": "小满图文店",
    "contact": "潘大勇",
    "phone": "13800000020",
    "email": "pan@example.com",
    "annual_amount": 46_000,
    "orders_per_year": 8,
    "influence": 1,
    "complexity": 2,
}


def made_key(doors: Doors, *scopes: str, days: int | None = None) -> str:
    """A new key."""
    name = f"key-{doors.scene.count(api_keys.api_keys)}"
    key: str = doors.scene.write(api_keys.create_key, name, scopes, "cli", doors.scene.now, days=days)
    return key


async def put(doors: Doors, body: Any, key: str | None = None, contact_id: str = "C2001") -> httpx.Response:
    key = key or made_key(doors, "customers")
    return await doors.http.put(f"/api/customers/{contact_id}", json=body, headers={"Authorization": f"Bearer {key}"})


async def test_a_contact_is_created_and_then_replaced(doors: Doors) -> None:
    first = await put(doors, SHOP)
    assert first.status_code == 200
    assert (first.json()["id"], first.json()["tier"], first.json()["created"]) == ("C2001", "三级", True)
    assert "4.6 万元" in first.json()["tier_reason"]
    again = await put(doors, SHOP | {"annual_amount": 150_000})
    assert (again.json()["tier"], again.json()["created"]) == ("二级", False)


async def test_a_tier_set_by_hand_comes_with_reason_and_end_and_waits_for_a_second_person(doors: Doors) -> None:
    wished = SHOP | {"tier": "一级", "reason": "试点客户", "expires": "2027-10-31"}
    assert (await put(doors, wished)).json()["tier"] == "三级"
    for proposal in doors.scene.read(waiting_proposals):
        assert proposal.proposed_by.startswith("key ")
        doors.scene.write(tier_moves.approve, doors.scene.rules, proposal.id, "wang", doors.scene.now)
    answer = await put(doors, wished)
    assert answer.json()["tier"] == "一级"
    assert "试点客户" in answer.json()["tier_reason"]


async def test_open_tickets_follow_in_the_same_transaction(doors: Doors) -> None:
    await put(doors, SHOP)
    anna = doors.scene.visitor()
    anna.identify("C2001")
    anna.say("人工")
    await put(doors, SHOP | {"annual_amount": 9_000_000})
    assert (doors.scene.ticket.tier, doors.scene.ticket.queue) == ("特级", "特级专席")


@pytest.mark.parametrize("key", ["wrong", "jiedai_", "' OR 1=1 --"])
async def test_a_wrong_key_is_refused_and_nothing_written(doors: Doors, key: str) -> None:
    answer = await put(doors, SHOP, key=key)
    assert (answer.status_code, answer.json()) == (401, {"error": refusals.BAD_KEY})
    assert doors.scene.count(contacts) == 0


async def test_without_a_key_or_with_a_revoked_one_nothing_is_written(doors: Doors) -> None:
    key = doors.scene.write(api_keys.create_key, "crm", SCOPES, "cli", doors.scene.now)
    doors.scene.write(api_keys.revoke_key, "crm", "cli", doors.scene.now)
    for headers in ({}, {"Authorization": key}, {"Authorization": f"Basic {key}"}, {"Authorization": f"Bearer {key}"}):
        answer = await doors.http.put("/api/customers/C2001", json=SHOP, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": refusals.BAD_KEY})
    assert doors.scene.count(contacts) == 0


@pytest.mark.parametrize(("scope", "path"), [("metrics", "customers/C1"), ("customers", "telegram-links")])
async def test_a_key_without_the_scope_is_told_which_one_it_lacks(doors: Doors, scope: str, path: str) -> None:
    key, needed = made_key(doors, scope), path.split("/", maxsplit=1)[0]
    send = doors.http.put if needed == "customers" else doors.http.post
    body = SHOP if needed == "customers" else {"customer": "C1001"}
    answer = await send(f"/api/{path}", json=body, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert answer.json() == {"error": f"接口密钥「key-0」没有「{needed}」权限，请联系管理员另外生成密钥。"}
    assert doors.scene.count(contacts) == 0


async def test_a_key_ends_on_its_day_and_is_told_so(doors: Doors) -> None:
    key = made_key(doors, "customers", days=30)
    doors.scene.clock.advance(days=30, seconds=-1)
    assert (await put(doors, SHOP, key)).status_code == 200
    doors.scene.clock.advance(seconds=1)
    answer = await put(doors, SHOP, key)
    assert (answer.status_code, answer.json()) == (401, {"error": "接口密钥「key-0」已到期，请联系管理员重新生成。"})


async def test_a_keys_last_use_is_written_down_every_few_minutes_only(doors: Doors) -> None:
    key = made_key(doors, "customers")
    used = []
    for minutes in (0, 4, 2):
        doors.scene.clock.advance(minutes=minutes)
        await put(doors, SHOP, key)
        [found] = doors.scene.read(api_keys.all_keys)
        used.append((doors.scene.now - found.used_at).total_seconds())
    assert used == [0, 240, 0]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"influence": 6}, '「influence」须为 1 到 5 的整数，这里是 "6"。'),
    ({"influence": "high"}, '「influence」须为 1 到 5 的整数，这里是 "high"。'),
    ({"annual_amount": -1}, '「annual_amount」须为每年的金额（元），例如 6200000 或 620万，这里是 "-1"。'),
    ({"annual_amount": True}, "「annual_amount」须为文字或数字，这里是 true。"),
    ({"orders_per_year": 2**40}, '「orders_per_year」须为整数，例如 48，这里是 "1099511627776"。'),
    ({"organisation": ""}, "请填写「organisation」。"),
    ({"organisation": "\u200b"}, "请填写「organisation」。"),
    ({"contact": "x" * 100_000}, "「contact」最多 200 个字，这里有 100000 个。"),
    ({"contact": "\x00"}, '「contact」里有不可见的控制字符，请重新填写："\\u0000"。'),
    ({"phone": "call me"}, '「phone」须为可以拨打的号码，例如 13800000001 或 010-88880001，这里是 "call me"。'),
    ({"email": "no at sign"}, '「email」须为邮箱地址，例如 name@example.com，这里是 "no at sign"。'),
    (
        {"tier": "五级", "reason": "x", "expires": "2027-10-31"},
        '「tier」须为 特级、一级、二级、三级 之一，这里是 "五级"。',
    ),
    ({"tier": "特级"}, "指定等级时须填写「reason」。指定等级时须填写「expires」。"),
    ({"tier": "特级", "reason": "x", "expires": "soon"}, '「expires」须为日期，例如 2027-03-31，这里是 "soon"。'),
    ({"agent": 5}, "「agent」须为文字，这里是 5。"),
    ({"vip": True}, "没有「vip」这个字段。"),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
async def test_every_fault_is_a_sentence_that_names_its_field(
    doors: Doors, changes: dict[str, Any], sentence: str
) -> None:
    answer = await put(doors, SHOP | changes)
    assert (answer.status_code, answer.json()) == (422, {"error": sentence})
    assert doors.scene.count(contacts) == 0


async def test_an_amount_beyond_all_measure_is_shown_shortened(doors: Doors) -> None:
    answer = await put(doors, SHOP | {"annual_amount": 10**30})
    assert answer.json()["error"].startswith("「annual_amount」须为每年的金额（元）")
    assert len(answer.json()["error"]) < 200


async def test_a_field_left_out_is_named(doors: Doors) -> None:
    answer = await put(doors, {name: value for name, value in SHOP.items() if name != "contact"})
    assert answer.status_code == 422
    assert "contact" in answer.json()["error"]


@pytest.mark.parametrize("contact_id", ["x" * 65, "%00", "%E2%80%8B", "x" * 5_000])
async def test_an_id_no_conversation_could_hold_is_refused(doors: Doors, contact_id: str) -> None:
    answer = await put(doors, SHOP, contact_id=contact_id)
    assert answer.status_code == 422
    assert doors.scene.count(contacts) == 0


@pytest.mark.parametrize("name", ["'; DROP TABLE contacts; --", "<script>alert(1)</script>", "王\u202e小明"])
async def test_sql_and_html_in_a_name_are_a_name(doors: Doors, name: str) -> None:
    assert (await put(doors, SHOP | {"contact": name, "organisation": name})).status_code in (200, 422)
    assert doors.scene.count(contacts) <= 1


async def test_the_api_describes_itself(doors: Doors) -> None:
    described = (await doors.http.get("/api/openapi.json")).json()
    operation = described["paths"]["/api/customers/{customer_id}"]["put"]
    assert operation["security"] == [{"HTTPBearer": []}]
    assert "/api/chat/messages" in described["paths"]
    assert {"400", "401", "403", "413", "422", "503"} <= set(operation["responses"])
    file = described["paths"]["/api/chat/files"]["post"]
    assert {"401", "413", "415", "422", "429", "503"} <= set(file["responses"])
    assert file["responses"]["415"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorAnswer")


async def ask_for_link(doors: Doors, body: Any, key: str | None = None) -> httpx.Response:
    key = key or made_key(doors, "telegram-links")
    return await doors.http.post("/api/telegram-links", json=body, headers={"Authorization": f"Bearer {key}"})


async def test_a_link_binds_a_telegram_account_once(doors: Doors) -> None:
    doors.scene.know("C1001")
    doors.service.bot_name = "JiedaiBot"
    answer = await ask_for_link(doors, {"customer": "C1001"})
    assert answer.status_code == 201
    url, code = answer.json()["url"], answer.json()["url"].partition("start=c_")[2]
    assert (url.partition("c_")[0], answer.json()["expires_in"]) == ("https://t.me/JiedaiBot?start=", 600)
    redeemed = [doors.scene.write(one_time_codes.redeem, SECRET, "customer", code, doors.scene.now) for _ in range(2)]
    assert redeemed == ["C1001", None]


async def test_a_link_for_nobody_is_refused(doors: Doors) -> None:
    doors.service.bot_name = "JiedaiBot"
    answer = await ask_for_link(doors, {"customer": "C<b>9"})
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "没有编号为「C<b>9」的客户，请先导入或创建客户资料。"},
    )


async def test_without_a_bot_there_is_no_link(doors: Doors) -> None:
    doors.scene.know("C1001")
    answer = await ask_for_link(doors, {"customer": "C1001"})
    told = "还没有可用的 Telegram 机器人：请设置 JIEDAI_TELEGRAM_TOKEN，并确认服务已连上 Telegram。"
    assert (answer.status_code, answer.json()) == (409, {"error": told})


async def test_without_a_good_key_there_is_no_link(doors: Doors) -> None:
    doors.scene.know("C1001")
    doors.service.bot_name = "JiedaiBot"
    answer = await ask_for_link(doors, {"customer": "C1001"}, key="wrong")
    assert (answer.status_code, answer.json()) == (401, {"error": refusals.BAD_KEY})
    assert doors.scene.count(one_time_codes.link_codes) == 0


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "请填写「customer」。"),
        ({"customer": ""}, "「customer」至少 1 个字。"),
        ({"customer": "x" * 65}, "「customer」最多 64 个字。"),
        ({"customer": 5}, "「customer」须为文字，这里是 5。"),
        ({"who": "C1001"}, "请填写「customer」。没有「who」这个字段。"),
        ([], "请求内容须为 JSON 对象。"),
    ],
)
async def test_a_wish_for_a_link_that_cannot_be_read_is_422(doors: Doors, body: Any, sentence: str) -> None:
    doors.service.bot_name = "JiedaiBot"
    answer = await ask_for_link(doors, body)
    assert (answer.status_code, answer.json()) == (422, {"error": sentence})
    assert doors.scene.count(one_time_codes.link_codes) == 0
