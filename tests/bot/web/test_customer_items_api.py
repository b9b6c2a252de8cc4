"""Items of an organisation over the API: put in place of all, read, removed; every fault is a sentence."""

from __future__ import annotations

from typing import Any

import httpx

from bot.auth import api_keys
from tests.bot.web.doors import Doors

PRESS = {"kind": "device", "number": "SN-1", "what": "数码印刷机 C7", "begins": "2026-01-05", "status": "在保"}
READ = {**PRESS, "ends": None, "note": None}


async def ask(doors: Doors, method: str, body: Any = None, of: str = "C1001", query: str = "") -> httpx.Response:
    name = f"key-{doors.scene.count(api_keys.api_keys)}"
    key = doors.scene.write(api_keys.create_key, name, ("customers",), "cli", doors.scene.now)
    headers = {"Authorization": f"Bearer {key}"}
    return await doors.http.request(method, f"/api/customers/{of}/items{query}", json=body, headers=headers)


async def test_items_are_put_in_place_of_all_and_removed(doors: Doors) -> None:
    doors.scene.know("C1001")
    order = {"kind": "order", "number": "A/1", "what": "墨粉"}
    assert (await ask(doors, "PUT", {"items": [PRESS, order]})).status_code == 200
    assert (await ask(doors, "PUT", {"items": [PRESS]})).json() == {"items": [READ]}
    assert (await ask(doors, "GET", of="C1002")).json() == {"items": [READ]}  # a colleague's are the same
    assert (await ask(doors, "DELETE", query="?kind=order&number=A/1")).json() == {"removed": 0}
    assert (await ask(doors, "DELETE", query="?kind=device&number=SN-1")).json() == {"removed": 1}


async def test_faults_of_items_are_sentences(doors: Doors) -> None:
    doors.scene.know("C1001")
    answer = await ask(doors, "PUT", {"items": [{"kind": "car", "number": "1", "what": "x"}]})
    assert (answer.status_code, answer.json()["error"]) == (
        422,
        '第 1 项：「kind」须为 order、device、contract、product、订单、设备、合同、产品 之一，这里是 "car"。',
    )


async def test_items_of_nobody_are_not_found(doors: Doors) -> None:
    for method, body in (("GET", None), ("PUT", {"items": []}), ("DELETE", None)):
        answer = await ask(doors, method, body, of="C9")
        assert (answer.status_code, answer.json()["error"]) == (404, "没有编号为「C9」的客户，请先导入或创建客户资料。")
