"""Customers over the API: read, listed, changed by what is mentioned, guarded by ETags, removed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.auth import api_keys
from tests.bot.web.doors import Doors

FIRM: dict[str, Any] = {
    "organisation": "望岳重工",
    "contact": "甲",
    "phone": "13800008001",
    "email": "jia@example.com",
    "annual_amount": 360_000,
    "orders_per_year": 11,
    "influence": 3,
    "complexity": 2,
    "agent": "lintao",
    "preferred_channel": "phone",
    "note": "下午两点后再打电话",
}


@pytest.fixture
def key(doors: Doors) -> str:
    made: str = doors.scene.write(api_keys.create_key, "crm", ["customers"], "cli", doors.scene.now)
    return made


async def call(doors: Doors, key: str, method: str, path: str = "/C8001", **how: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}", **how.pop("headers", {})}
    return await doors.http.request(method, f"/api/customers{path}", headers=headers, **how)


async def test_what_was_written_is_read_and_may_be_sent_back(doors: Doors, key: str) -> None:
    assert (await call(doors, key, "PUT", json=FIRM)).json()["created"]
    found = (await call(doors, key, "GET")).json()
    assert {name: found[name] for name in FIRM} == FIRM
    assert (found["id"], found["tier"], found["reason"]) == ("C8001", "二级", None)
    again = (await call(doors, key, "PUT", json=found)).json()
    assert (again["created"], again["changed"], again["cleared"], again["kept"]) == (False, [], [], [])


async def test_an_agent_who_nobody_signs_in_as_is_kept_and_named(doors: Doors, key: str) -> None:
    told = ["已保存，但 agent「lintao」不是任何同事的登录名，请核对；账号建好之前，由当班同事服务。"]
    for _ in range(2):
        answer = await call(doors, key, "PUT", json=FIRM)
        assert (answer.status_code, answer.json()["notices"]) == (200, told)
    assert (await call(doors, key, "PATCH", json={"phone": None})).json()["notices"] == []
    doors.scene.staff("lintao")
    assert (await call(doors, key, "PUT", json=FIRM)).json()["notices"] == []


async def test_what_is_left_out_stays_and_null_clears(doors: Doors, key: str) -> None:
    await call(doors, key, "PUT", json=FIRM)
    answer = await call(doors, key, "PATCH", json={"phone": None, "agent": "wang"})
    assert (answer.json()["changed"], answer.json()["cleared"]) == (["agent"], ["phone"])
    found = (await call(doors, key, "GET")).json()
    assert (found["phone"], found["email"], found["agent"]) == (None, "jia@example.com", "wang")


async def test_what_a_new_colleague_contradicts_is_said_with_what_to_do(doors: Doors, key: str) -> None:
    await call(doors, key, "PUT", json=FIRM)
    zeros = {"organisation": "望岳重工", "contact": "乙", "annual_amount": 0, "phone": "+86 13800008001"}
    answer = (await call(doors, key, "PUT", "/C8002", json=zeros)).json()
    assert answer["kept"] == [
        {
            "field": "annual_amount",
            "stays": "360000",
            "given": "0",
            "what_to_do": '这一项属于单位，已有的值没有改；如确实要改，请加上 "overwrite": true 再提交。',
        }
    ]
    assert answer["same_number"] == [{"field": "phone", "id": "C8001"}]


async def test_customers_are_listed_page_by_page(doors: Doors, key: str) -> None:
    for number in (3, 1, 2):
        await call(doors, key, "PUT", f"/C{number}", json=FIRM | {"phone": None})
    first = (await call(doors, key, "GET", "?limit=2")).json()
    assert ([each["id"] for each in first["customers"]], first["next"]) == (["C1", "C2"], "C2")
    rest = (await call(doors, key, "GET", f"?limit=2&after={first['next']}")).json()
    assert ([each["id"] for each in rest["customers"]], rest["next"]) == (["C3"], None)


async def test_whoever_left_is_listed_only_where_asked_for(doors: Doors, key: str) -> None:
    for number in (1, 2):
        await call(doors, key, "PUT", f"/C{number}", json=FIRM | {"phone": None})
    assert (await call(doors, key, "DELETE", "/C2")).status_code in (200, 204)
    for query, ids in (("", ["C1"]), ("?left=true", ["C1", "C2"])):
        found = (await call(doors, key, "GET", query)).json()
        assert [each["id"] for each in found["customers"]] == ids


async def test_a_customer_who_has_changed_meanwhile_is_not_overwritten(doors: Doors, key: str) -> None:
    await call(doors, key, "PUT", json=FIRM)
    tag = (await call(doors, key, "GET")).headers["ETag"]
    wish = {"phone": "13800008009"}
    assert (await call(doors, key, "PUT", json=wish, headers={"If-Match": tag})).status_code == 200
    refused = await call(doors, key, "PUT", json=wish, headers={"If-Match": tag})
    assert (refused.status_code, refused.json()) == (
        412,
        {"error": "客户「C8001」的资料在您读取之后已有改动，这次没有保存；请重新读取后再提交。"},
    )


async def test_nobody_is_read_changed_or_removed(doors: Doors, key: str) -> None:
    told = {"error": "没有编号为「C9」的客户，请先导入或创建客户资料。"}
    for method, how in (("GET", {}), ("PATCH", {"json": {"phone": None}}), ("DELETE", {})):
        answer = await call(doors, key, method, "/C9", **how)
        assert (answer.status_code, answer.json()) == (404, told)


async def test_a_contact_with_open_tickets_is_not_removed(doors: Doors, key: str) -> None:
    await call(doors, key, "PUT", json=FIRM)
    visitor = doors.scene.visitor()
    visitor.identify("C8001")
    visitor.say("人工")
    answer = await call(doors, key, "DELETE")
    number = doors.scene.ticket.id
    assert (answer.status_code, answer.json()) == (
        409,
        {"error": f"客户「C8001」还有未结束的工单（#{number}），请先处理完再删除。"},
    )


async def test_a_contact_who_has_left_is_removed_once(doors: Doors, key: str) -> None:
    await call(doors, key, "PUT", json=FIRM)
    assert (await call(doors, key, "DELETE")).status_code == 204
    again = await call(doors, key, "DELETE")
    assert (again.status_code, again.json()) == (409, {"error": "客户「C8001」已经移除，不用再删除。"})


async def test_an_id_of_two_hundred_characters_is_a_whole_sentence(doors: Doors, key: str) -> None:
    answer = await call(doors, key, "PUT", f"/{'x' * 200}", json=FIRM)
    assert (answer.status_code, answer.json()) == (422, {"error": "「id」最多 64 个字，这里有 200 个。"})


async def test_another_id_than_the_paths_is_refused(doors: Doors, key: str) -> None:
    answer = await call(doors, key, "PUT", json=FIRM | {"id": "C7"})
    told = {"error": "内容里的 id 与地址里的「C8001」不一致；请改成一致，或不写 id。"}
    assert (answer.status_code, answer.json()) == (422, told)


async def test_half_a_character_is_refused_in_a_sentence(doors: Doors, key: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await call(doors, key, "PUT", content=json.dumps({**FIRM, "contact": "甲\ud800"}), headers=headers)
    sentence = '「contact」里有不可见的控制字符，请重新填写："甲?"。'
    assert (answer.status_code, answer.json()) == (422, {"error": sentence})
