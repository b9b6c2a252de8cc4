"""What one network address may ask of the chat: each refusal as the visitor reads it, and whom it does not concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.auth.visitor_sessions import visitor_sessions
from bot.config.settings import Settings
from bot.transcript.attachments import attachments
from bot.transcript.conversations import conversations
from bot.web.chat import visitor_limits
from bot.wording import refusals
from escalation.policy.budgets import Budget, Budgets, Use, Whose
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors

CALL = "着急的话，可以拨打服务热线 400-000-0000。"
NO_SESSION = "目前新开的会话太多，暂时不能开始新的会话，请在今天 {at} 后再试。" + CALL
NO_FILE = "目前收到的文件太多，这个文件暂时不能接收，请在今天 {at} 后再发。您可以先用文字说明情况。" + CALL
NO_IDENTIFICATION = "身份确认的次数太多，请在今天 10:01 后再试。您现在也可以直接在这里提问。" + CALL
MEGABYTE = 1024 * 1024

BUDGETS: Mapping[Whose, Mapping[Use, Budget]] = {
    "address": {"sessions": Budget(3, 60), "identifications": Budget(2, 60), "megabytes": Budget(10, 60)},
    "session": {"megabytes": Budget(10, 60)},
    "customer": {"sessions": Budget(5, 60), "megabytes": Budget(20, 60)},
    "everybody": {"sessions": Budget(8, 60), "megabytes": Budget(1000, 60)},
}


def at_home(scene: Scene, **settings: Any) -> Doors:
    """The doors of a service whose budgets are small."""
    scene.policy = replace(scene.policy, budgets=Budgets(BUDGETS))
    scene.rules = replace(scene.rules, policy=scene.policy)
    return Doors(scene, settings=Settings(**settings))


@pytest.fixture
def doors(scene: Scene) -> Doors:
    return at_home(scene)


def client(doors: Doors, address: str = "203.0.113.7") -> httpx.AsyncClient:
    """Somebody at this network address."""
    transport = httpx.ASGITransport(doors.app, raise_app_exceptions=False, client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def opened(http: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await http.post("/api/chat/sessions", json=body)


async def statuses(http: httpx.AsyncClient, number: int, **body: Any) -> list[int]:
    return [(await opened(http, **body)).status_code for _ in range(number)]


async def headers(http: httpx.AsyncClient, **body: Any) -> dict[str, str]:
    answer = await opened(http, **body)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['session_token']}"}


async def send(http: httpx.AsyncClient, who: dict[str, str], megabytes: int, key: str) -> httpx.Response:
    files = {"file": ("机器.jpg", b"\xff\xd8" + bytes(megabytes * MEGABYTE - 2 - 64 * 1024), "image/jpeg")}
    return await http.post("/api/chat/files", params={"key": key}, files=files, headers=who)


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["error"], answer.headers.get("Retry-After", "")


async def test_more_sessions_than_an_address_may_open_are_refused_until_an_instant(doors: Doors) -> None:
    async with client(doors) as http, client(doors, "203.0.113.8") as other:
        assert await statuses(http, 3) == [201] * 3
        assert refusal(await opened(http)) == (429, NO_SESSION.format(at="10:01"), "61")
        assert doors.scene.count(visitor_sessions) == 3
        assert await statuses(other, 1) == [201]
        doors.scene.clock.advance(seconds=59)
        assert await statuses(http, 1) == [429]
        doors.scene.clock.advance(seconds=2)
        assert await statuses(http, 2) == [201, 429]


async def test_the_log_says_once_what_to_do_where_many_share_an_address(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(doors) as http:
        await statuses(http, 6)
    (told,) = [record.getMessage() for record in caplog.records if "budget" in record.getMessage()]
    assert told == (
        "A network address is beyond its budget of new sessions. If many people share it, name it in "
        "JIEDAI_SHARED_ADDRESSES; if it is your proxy, in JIEDAI_TRUSTED_PROXIES."
    )


async def test_who_has_a_session_goes_on_being_answered(doors: Doors) -> None:
    async with client(doors) as http:
        who = await headers(http)
        assert await statuses(http, 5) == [201, 201, 429, 429, 429]
        answer = await http.post("/api/chat/messages", json={"key": "1", "text": "怎么查订单"}, headers=who)
        assert answer.status_code == 200


async def test_a_network_is_the_first_half_of_an_address_of_the_long_kind(doors: Doors) -> None:
    async with client(doors, "2001:db8:1:2::1") as one, client(doors, "2001:db8:1:2:ffff::9") as same:
        assert await statuses(one, 2) == [201, 201]
        assert await statuses(same, 2) == [201, 429]
    async with client(doors, "2001:db8:1:3::1") as other:
        assert await statuses(other, 1) == [201]


async def test_all_strangers_together_may_open_so_many(doors: Doors) -> None:
    for number in range(8):
        async with client(doors, f"198.51.100.{number}") as http:
            assert await statuses(http, 1) == [201]
    async with client(doors, "198.51.100.99") as http:
        assert refusal(await opened(http)) == (429, NO_SESSION.format(at="10:01"), "61")
        doors.scene.know("C1001")
        assert await statuses(http, 1, token=doors.token()) == [201], "a customer is none of them"


async def test_a_customer_has_a_budget_of_their_own(doors: Doors) -> None:
    doors.scene.know("C1001", "C1002")
    async with client(doors) as http:
        assert await statuses(http, 4) == [201, 201, 201, 429]
        assert await statuses(http, 6, token=doors.token()) == [201] * 5 + [429]
        assert await statuses(http, 1, token=doors.token("C1002")) == [201]


async def test_a_shared_address_is_named_in_the_settings(scene: Scene) -> None:
    doors = at_home(scene, shared_addresses=(ip_network("203.0.113.0/24"),))
    async with client(doors) as http:
        assert await statuses(http, 9) == [201] * 8 + [429], "only all strangers together set it a limit"


async def test_a_replica_and_a_restart_know_what_was_used(scene_anywhere: Scene) -> None:
    one, other = (at_home(scene_anywhere) for _ in range(2))
    async with client(one) as http, client(other) as there:
        assert await statuses(http, 2) == [201] * 2
        assert await statuses(there, 2) == [201, 429]


async def test_no_address_is_written_down(doors: Doors) -> None:
    async with client(doors) as http:
        who = await headers(http)
        await http.post("/api/chat/messages", json={"key": "1", "text": "怎么查订单"}, headers=who)
    (origin,) = doors.scene.read(lambda db: db.scalars(select(conversations.c.origin)).all())
    assert origin.startswith("n:")
    assert "203" not in origin[:5]


async def test_proofs_that_are_none_are_counted_and_those_that_are_good_are_not(doors: Doors) -> None:
    doors.scene.know("C1001")
    async with client(doors) as http:
        who = await headers(http)
        for _ in range(2):
            answer = await http.post("/api/chat/identify", json={"token": "garbage"}, headers=who)
            assert (answer.status_code, answer.json()["error"]) == (401, refusals.BAD_TOKEN)
        answer = await http.post("/api/chat/identify", json={"token": "garbage"}, headers=who)
        assert (answer.status_code, answer.json()["error"]) == (429, NO_IDENTIFICATION)
        assert (await opened(http, token="garbage")).status_code == 429
        answer = await http.post("/api/chat/identify", json={"token": doors.token()}, headers=who)
        assert (answer.status_code, answer.json()) == (200, {"identified": True})


async def test_a_file_beyond_the_budget_is_refused_and_the_same_file_is_taken_later(doors: Doors) -> None:
    async with client(doors) as http:
        who = await headers(http)
        assert (await send(http, who, 6, "first")).status_code == 200
        assert refusal(await send(http, who, 5, "second"))[:2] == (429, NO_FILE.format(at="10:01"))
        assert doors.scene.count(attachments) == 1
        again = await send(http, who, 6, "first")
        assert (again.status_code, again.json()["duplicate"]) == (200, True), "what is here already needs no room"
        doors.scene.clock.advance(minutes=4)
        assert (await send(http, who, 5, "second")).status_code == 200


async def test_files_of_all_sessions_of_an_address_count(doors: Doors) -> None:
    doors.scene.know("C1001")
    async with client(doors) as http:
        one, other, known = await headers(http), await headers(http), await headers(http, token=doors.token())
        assert (await send(http, one, 8, "a")).status_code == 200
        assert (await send(http, other, 8, "b")).status_code == 429
        assert (await send(http, known, 8, "c")).status_code == 200
        assert (await send(http, known, 8, "d")).status_code == 200


async def test_a_file_is_refused_before_it_is_read_and_beside_one_that_is_arriving(doors: Doors) -> None:
    limits: visitor_limits.VisitorLimits = doors.app.state.visitor_limits
    async with limits.room_for_file("n:home", "one", 8):
        with pytest.raises(visitor_limits.Problem) as refused:
            async with limits.room_for_file("n:home", "two", 8):
                pytest.fail("it must not be read")
        assert (refused.value.status, refused.value.sentence) == (429, NO_FILE.format(at="10:06"))
        async with limits.room_for_file("n:elsewhere", "three", 8):
            pass
    async with limits.room_for_file("n:home", "two", 8):
        pass


async def test_one_network_may_send_so_many_messages_and_a_customer_at_it_goes_on(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_limits, "MESSAGES_AT_ONCE", 3)
    monkeypatch.setattr(visitor_limits, "MESSAGES_A_SECOND", 0.001)
    doors = at_home(doors.scene)
    doors.scene.know("C1001")
    async with client(doors) as http:
        strangers = [await headers(http) for _ in range(2)]
        known = await headers(http, token=doors.token())

        async def said(who: dict[str, str], key: str) -> httpx.Response:
            return await http.post("/api/chat/messages", json={"key": key, "text": "怎么查订单"}, headers=who)

        assert [(await said(strangers[number % 2], f"{number}")).status_code for number in range(3)] == [200] * 3
        refused = await said(strangers[0], "more")
        assert (refused.status_code, refused.json()) == (429, {"error": refusals.TOO_FAST})
        assert (await said(known, "1")).status_code == 200
        async with client(doors, "203.0.113.8") as other:
            elsewhere = await other.post(
                "/api/chat/messages", json={"key": "x", "text": "怎么查订单"}, headers=strangers[0]
            )
        assert elsewhere.status_code == 200


@pytest.mark.parametrize("body", [b"", b"--x\r\nnot a form"])
async def test_a_body_that_is_no_form_is_refused_in_words(doors: Doors, body: bytes) -> None:
    async with client(doors) as http:
        who = await headers(http) | {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await http.post("/api/chat/files", params={"key": "1"}, content=body, headers=who)
    assert answer.status_code in (400, 422)
    assert answer.json() == {"error": refusals.BAD_MESSAGE}
