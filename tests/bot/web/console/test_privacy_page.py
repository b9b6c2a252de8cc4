"""The privacy notice has a page, and stands below the chat's box, before nobody's first message."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from escalation.policy.privacy_notice import NOTICE_PARTS, ConsentPurpose, PrivacyNotice
from tests.bot.noticed import with_notice
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console

TEXTS = dict(zip(NOTICE_PARTS, ("云印", "姓名", "服务", "三年", "查询和删除", "拨打热线"), strict=True))


def put(scene: Scene, **consents: ConsentPurpose) -> None:
    privacy = PrivacyNotice("2026-12", TEXTS, consents)
    scene.rules = replace(scene.rules, policy=with_notice(scene.rules.policy, privacy))


@pytest.fixture
def abroad(scene: Scene) -> Scene:
    put(scene, abroad=ConsentPurpose("向境外提供联系方式", "东京的服务商"))
    return scene


async def test_the_page_says_all_six_things_and_its_version(abroad: Scene, console: Console) -> None:
    page = html.unescape((await console.browser().get("/privacy")).text)
    for heading, text in (("谁在处理您的信息", "云印"), ("保存多久", "三年"), ("怎样投诉", "拨打热线")):
        assert f"<h2>{heading}</h2>\n    <p>{text}</p>" in page
    assert "版本 2026-12" in page
    assert "向境外提供联系方式（接收方：东京的服务商）" in page
    assert '<a href="/chat#consents">管理我的同意</a>' in page


async def test_the_chat_has_a_line_below_its_box_that_leads_there(abroad: Scene, console: Console) -> None:
    page = (await console.browser().get("/chat")).text
    line = '继续即表示您已阅读<a href="/privacy" target="_blank" rel="noopener">《个人信息处理说明》</a>'
    assert line in page
    assert page.index('id="composer"') < page.index(line)
    assert 'data-version="2026-12"' in page
    assert 'id="consents" class="starters" hidden' in page


async def test_without_a_notice_there_is_neither_page_nor_line(scene: Scene, console: Console) -> None:
    browser = console.browser()
    assert (await browser.get("/privacy")).status_code == 404
    assert "个人信息处理说明" not in (await browser.get("/chat")).text


async def test_the_customers_file_shows_what_they_agreed_to(abroad: Scene, console: Console) -> None:
    from bot.tickets.customer_consents import of_contact, record
    from escalation.customers.consents import Consent

    abroad.know("C1001")
    said = Consent("abroad", True, abroad.now, "2026-12", "web", "customer")
    abroad.write(lambda db: record(db, of_contact(db, "C1001"), said))
    seat = await console.sits("wang")
    page = (await seat.look("/console/customers/C1001")).text
    assert "<dt>向境外提供联系方式</dt><dd>同意，" in page
