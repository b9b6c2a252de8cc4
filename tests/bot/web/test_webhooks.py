"""The address at which Telegram posts: there only where it is switched on."""

from __future__ import annotations

from tests.bot.web.doors import Doors

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def test_without_a_webhook_there_is_no_such_address(doors: Doors) -> None:
    assert (await doors.http.post("/telegram/webhook", content=b"{}")).status_code == 404


async def test_the_secret_and_the_body_are_handed_on_and_the_status_comes_back(doors: Doors) -> None:
    heard: list[tuple[str, bytes]] = []

    async def receive(secret: str, body: bytes) -> int:
        heard.append((secret, body))
        return 401 if secret != "right" else 200

    doors.service.webhook = receive
    assert (await doors.http.post("/telegram/webhook", content=b'{"update_id": 1}')).status_code == 401
    answer = await doors.http.post("/telegram/webhook", content=b'{"update_id": 1}', headers={HEADER: "right"})
    assert answer.status_code == 200
    assert heard == [("", b'{"update_id": 1}'), ("right", b'{"update_id": 1}')]


async def test_a_body_without_end_is_refused(doors: Doors) -> None:
    answer = await doors.http.post("/telegram/webhook", content=b" " * (1024 * 1024 + 1))
    assert answer.status_code == 413
