"""服务中断: kill -9 at a commit in the middle of telling; everybody hears of it, and of its end, exactly once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.dialogue import intake
from bot.messages import Incoming
from bot.storage import search_marks
from bot.tickets import incidents
from bot.tickets.incidents import BATCH
from bot.transcript.message_store import messages
from escalation.incidents import incident_store
from escalation.incidents.model import IncidentDraft
from escalation.staff import Staff
from tests.journeys.mortal import condemn, mortal_server
from tests.journeys.people import Desk, Page, desk_at, own_policy
from tests.processes import Server, eventually

NOTICE = "配送系统中断，正在抢修，恢复后会通知您。"
OVER = "配送系统已恢复，给您添麻烦了。"
CUSTOMERS = BATCH + 30  # two batches


@pytest.mark.parametrize(("side", "nth"), [("before", 2), ("after", 1)])
def test_everybody_hears_once_though_the_program_is_killed_between_batches(
    http: httpx.Client, tmp_path: Path, side: str, nth: int
) -> None:
    policy = own_policy(tmp_path)
    mortal = mortal_server(tmp_path, policy)
    with mortal, desk_at(mortal) as desk:
        lead = desk.hire("han", "韩梅", "lead")
        for number in range(CUSTOMERS):
            _hand_over(desk, f"customer {number}")
        # Their words are taken down for the search first: those commits are not the ones meant.
        eventually(lambda: not desk.service.database.read_now(search_marks.are_any))
        condemn(tmp_path, side, nth)
        number = _declare(desk, lead)
        eventually(lambda: not mortal.is_alive)
        assert _reach(desk, number).told == BATCH
        with Server(mortal.data, "", policy) as successor:
            eventually(lambda: _reach(desk, number).told == CUSTOMERS)
            late = Page.open(http, successor.url)
            late.say("物流怎么不动了")
            late.hears(NOTICE)
            _do(desk, incidents.end, lead, number, OVER)
            late.hears(OVER)
            eventually(lambda: _reach(desk, number).end_told == CUSTOMERS + 1)
        assert _reach(desk, number).tickets == CUSTOMERS
        assert _times_said(desk, NOTICE) == _times_said(desk, OVER) == [1] * (CUSTOMERS + 1)


def _hand_over(desk: Desk, address: str) -> None:
    for number, text in enumerate(("快递一直没送到，物流停了", "转人工")):
        message = Incoming("web", address, f"{address}:{number}", "text", text=text)
        service = desk.service
        service.database.write_now(intake.receive, service.rules, message, None, service.clock())


def _declare(desk: Desk, lead: Staff) -> int:
    draft = IncidentDraft("配送系统中断", ("配送",), (), NOTICE)
    number: int = _do(desk, incidents.declare, lead, draft).id
    return number


def _do(desk: Desk, what: Any, *arguments: Any) -> Any:
    return desk.service.database.write_now(what, desk.service.rules, *arguments, desk.service.clock())


def _reach(desk: Desk, number: int) -> incident_store.IncidentReach:
    found: incident_store.IncidentReach = desk.read(incident_store.reach_of, [number])[number]
    return found


def _times_said(desk: Desk, words: str) -> list[int]:
    """How often each conversation that heard these words did."""
    lines = desk.rows(select(messages.c.conversation_id, messages.c.text))
    heard = [line.conversation_id for line in lines if line.text == words]
    return [heard.count(each) for each in sorted(set(heard))]
