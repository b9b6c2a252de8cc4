"""Whatever changes what a customer's page shows reports a name that the page follows: none is left out of date."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from bot.agents.actions import Claim, MakePlan, Note, Record, Release, Reply, Resolve, SetUrgency, Transfer
from bot.auth import visitor_sessions
from bot.delivery.customer_messages import WEB
from bot.dialogue import edits
from bot.messages import Edited
from bot.storage.database import Database
from bot.transcript import conversations
from bot.web.chat.stream import names_of, read_transcript
from escalation.policy.model import Policy
from escalation.tickets import changes
from escalation.tickets.plans import PlanStep
from escalation.vault import Vault
from tests.bot.scene import JAM, UNKNOWN, Scene

ADDRESSES = ("anna", "ben", "carl")


class FollowedScene(Scene):
    """A scene in which every transaction is held against the pages of three customers."""

    def __init__(self, database: Database, policy: Policy, vault: Vault, clock: Any) -> None:
        self.pages_changed = 0
        super().__init__(database, policy, vault, clock)

    def write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """One transaction, and nothing of it is missed."""

        def watched(db: Connection) -> tuple[Any, set[str], Any, Any]:
            before, collected = _pages(db), changes.watch(db)
            result = fn(db, *args, **kwargs)
            return result, collected.names, before, _pages(db)

        result, names, before, after = super().write(watched)
        for address in ADDRESSES:
            (shown, followed), (now_shown, _) = before[address], after[address]
            if shown != now_shown:
                self.pages_changed += 1
                assert names & followed, f"{fn.__name__} changed what {address} sees and reported {names}"
        return result


def _pages(db: Connection) -> dict[str, tuple[dict[str, Any], set[str]]]:
    found = {}
    for address in ADDRESSES:
        mine = conversations.find_conversation(db, WEB, address)
        names = {conversations.name_of_address(WEB, address), *names_of(mine)}
        found[address] = (read_transcript(db, address, 0).shown, names)
    return found


@pytest.fixture
def followed(sqlite: Database, policy: Policy, vault: Vault, clock: Any) -> FollowedScene:
    return FollowedScene(sqlite, policy, vault, clock)


def test_nothing_that_customers_see_changes_without_a_name(followed: FollowedScene) -> None:
    scene = followed
    anna, ben, carl = (scene.visitor(address) for address in ADDRESSES)
    anna.say(JAM.question)
    anna.say("打印机有点问题")
    anna.say(UNKNOWN, settle=False)
    anna.say("转人工")
    ben.say("我要投诉你们的技术员，他态度很差")
    carl.say("打印机冒烟了 起火了")
    scene.pass_time(hours=1)
    li, wang = scene.staff("li"), scene.staff("wang")
    first, second, third = sorted(ticket.id for ticket in scene.tickets)
    scene.act(li, Claim(), first)
    scene.act(li, Note("内部备注"), first)
    scene.act(li, SetUrgency(next(iter(scene.policy.urgencies)), "不急"), first)
    scene.act(li, Reply("请问是哪一台机器？", "1"), first)
    anna.say("三楼那一台")
    anna.send_file()
    scene.act(li, Record("waiting_for_customer"), first)
    scene.act(li, Release(), first)
    scene.act(wang, Claim(), first)
    scene.act(wang, Transfer(next(ticket.queue for ticket in scene.tickets if ticket.id == second), None), first)
    scene.act(li, Claim(), third)
    scene.act(li, MakePlan(li.id, (PlanStep("上门检查", scene.now.replace(year=scene.now.year + 1)),)), third)
    scene.pass_time(hours=5)
    scene.act(li, Reply("已安排工程师上门。", "2"), third)
    scene.act(li, Resolve(why="当场解决"), third)
    carl.rate(5)
    scene.pass_time(hours=100)
    carl.say("还是冒烟")
    scene.withdraw(first)
    lost = anna.send("text", text="怎么开发票", key="k1").message_id
    for order, text in enumerate(["怎么查订单", "怎么开发票"], start=1):
        edited = Edited(WEB, "anna", f"anna:e{order}", "anna:k1", lost or 0, text, order=(order, 1))
        scene.write(edits.revise, scene.rules, edited, None, scene.now)
    assert scene.pages_changed > 20


def test_closing_a_session_reports_the_name_that_its_pages_follow(sqlite: Database, clock: Any) -> None:
    token, _address = sqlite.write_now(visitor_sessions.open_session, clock.now)

    def close(db: Connection) -> set[str]:
        collected = changes.watch(db)
        visitor_sessions.close_session(db, token)
        return collected.names

    assert sqlite.write_now(close) == {visitor_sessions.name_of_session(token)}
