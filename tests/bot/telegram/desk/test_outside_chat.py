"""What of a customer the staff's group outside of the house reads is what the policy lets out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.agents.actions import Note
from bot.notifications import paging
from bot.notifications.notice_inbox import FIELD
from bot.notifications.notice_tables import notices
from escalation.policy.outside_chat import OutsideChat, Talk
from tests.bot.scene import Scene
from tests.bot.telegram.forum import Forum, opened

LEAST = OutsideChat(customer=False, organisation=False, tier_reason=False, entitlements=False, talk="own_channel")


@pytest.fixture
def least(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, policy=replace(scene.rules.policy, outside_chat=LEAST))
    return scene


@pytest.fixture
async def forum(least: Scene) -> AsyncIterator[Forum]:
    async with opened(least) as found:
        yield found


def pages(scene: Scene) -> list[str]:
    rows = scene.read(lambda db: db.execute(select(paging.pages)).all())
    return [scene.rules.vault.open(row.text, row=row.ref, field="pages.text") for row in rows]


def inbox(scene: Scene) -> list[str]:
    rows = scene.read(lambda db: db.execute(select(notices)).all())
    return [scene.rules.vault.open(row.text, row=row.ref, field=FIELD) for row in rows]


def allow(scene: Scene, talk: Talk) -> None:
    allowed = replace(LEAST, talk=talk)
    scene.rules = replace(scene.rules, policy=replace(scene.rules.policy, outside_chat=allowed))


async def test_of_a_web_customer_the_group_reads_number_queue_clock_title_and_link(forum: Forum) -> None:
    forum.scene.visitor("anna", customer="C1001").say("打印机密码是Abc@123打不开，人工")
    await forum.settle()
    card, *rest = forum.shown()
    assert [name for name in forum.topics() if name.startswith("🔴特 #1 已识别客户 · ")]
    assert card.startswith("🔴 特级 · #1 已识别客户\n状态：")
    assert "队列：特级专席" in card
    assert "期限：\n• 最晚 " in card
    assert "对话：按政策不复制到这里，请在工作台查看\n" in card
    assert "打印机密码是******打不开" in card
    assert card.endswith("在工作台打开")
    for kept in ("等级依据", "权益", "江海银行", "周文博", "Abc@123"):
        assert kept not in "\n".join([card, *rest])


async def test_that_a_web_customer_wrote_is_said_once_and_not_what(forum: Forum) -> None:
    visitor = forum.scene.visitor("anna", customer="C1001")
    visitor.say("人工")
    await forum.settle()
    before = len(forum.shown())
    visitor.say("合同号是 A-77")
    visitor.say("还有一件事")
    who = forum.scene.staff()
    forum.scene.act(who, Note("客户很着急"))
    await forum.settle()
    said = "\n".join(forum.shown()[before:])
    assert said == "客户：（有新消息，请在工作台查看）"


async def test_who_came_by_the_messenger_is_copied_in_full(forum: Forum) -> None:
    await forum.customer(contact="C1001").write("人工")
    await forum.settle()
    assert forum.shown()[1].startswith("客户：人工\n机器人：")
    assert "对话：按政策" not in forum.shown()[0]


async def test_title_alone_copies_nobodys_words(forum: Forum) -> None:
    allow(forum.scene, "title")
    await forum.customer(contact="C1001").write("人工")
    await forum.settle()
    assert forum.shown()[1:] == ["客户：（有新消息，请在工作台查看）"]


def test_pages_name_nobody_and_give_no_reason(least: Scene) -> None:
    least.rules = replace(least.rules, staff_chat="desk")
    least.visitor("anna", customer="C1001").say("人工")
    told = "\n".join(pages(least))
    assert "已识别客户" in told
    assert "事由：" in told
    for kept in ("等级依据", "江海银行", "周文博"):
        assert kept not in told
    assert "江海银行" in "\n".join(inbox(least))
