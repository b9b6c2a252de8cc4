"""kill -9 while a resolution may still be undone: its customer is asked once, by whoever serves then."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.agents.actions import Claim, Reply, Resolve, Undo
from tests.journeys.mortal import Mortal, condemn, mortal_server
from tests.journeys.people import Page, desk_at, own_policy, sentence
from tests.processes import eventually


@pytest.mark.timeout(120)
@pytest.mark.parametrize("side", ["before", "after"])
def test_whoever_dies_when_the_minute_is_over_the_customer_is_asked_once(
    tmp_path: Path, http: httpx.Client, side: str
) -> None:
    policy = own_policy(tmp_path, ("gather: 3s", "gather: 1s"), ("undo_within: 1m", "undo_within: 2s"))
    with mortal_server(tmp_path, policy) as server, desk_at(server) as desk:
        one, agent = Mortal(server), desk.hire("lin", "小林")
        page = Page.open(http, server.url)
        page.say("转人工")
        page.hears("最晚")
        (ticket,) = desk.tickets_of(page)
        for action in (
            Claim(),
            Reply("您好，已为您处理。", "reply001"),
            Resolve(why="当场解决"),
            Undo(),
            Resolve(why="当场解决"),
        ):
            desk.do(agent, ticket.id, action)
        condemn(tmp_path, side, 1)

        def asked() -> int:
            address = "{}/api/chat/messages".format
            answer = one.insist(lambda url: http.get(address(url), headers=page.headers))
            return sum(line["text"] == sentence("anything_else") for line in answer.json()["messages"])

        eventually(asked, within=30)
        assert (one.deaths, asked()) == (1, 1)
