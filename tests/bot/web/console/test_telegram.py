"""The console's page of Telegram: everybody links their own account, leads see the groups and what was set aside."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from bot.auth import messenger_accounts, one_time_codes
from bot.delivery.customer_topics import set_enabled, set_trouble
from bot.topic_sync.topics import groups
from bot.transcript import business_connections, dead_letters
from bot.transcript.business_connections import BusinessAccount
from bot.wording.topic_faults import PRIVATE_VERSION
from escalation.roles import Role
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

PAGE = "/console/telegram"
SECRET = "s" * 32
KEY = "tg:1001:5"


@pytest.fixture
def console(console: Console) -> Console:
    """With a bot of Telegram."""
    service = console.app.state.service
    service.settings = replace(service.settings, telegram_token="1:x")
    service.bot_name = "jiedai_bot"
    return console


async def send(seat: Seat, what: str, **fields: Any) -> httpx.Response:
    """Send one of the page's forms, as the page has it."""
    return await seat.browser.post(f"{PAGE}/{what}", data={"csrf": csrf_of(await seat.look(PAGE)), **fields})


def keep(scene: Scene, text: str = "打印机<b>坏了</b>", key: str = KEY) -> None:
    scene.write(dead_letters.keep, scene.vault, key, "photo", 4711, "KeyError", {"text": text}, scene.now)


async def test_nobody_sees_it_without_signing_in(console: Console) -> None:
    answer = await console.browser().get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Ftelegram")


async def test_a_code_is_shown_once_and_links_whoever_enters_it(console: Console, scene: Scene) -> None:
    seat = await console.sits("li")
    assert "还没有关联 Telegram 账号" in (await seat.look(PAGE)).text
    assert f'<a href="{PAGE}" aria-current="page">Telegram</a>' in (await seat.look(PAGE)).text
    page = await send(seat, "code")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    found = re.search(r"<code>/link ([0-9A-Za-z_-]{38})</code>", page.text)
    assert found is not None
    code = found[1]
    assert f'href="https://t.me/jiedai_bot?start=s_{code}"' in page.text
    assert "请在 10 分钟内" in page.text
    assert code not in (await seat.look(PAGE)).text
    assert scene.write(one_time_codes.redeem, SECRET, "staff", code, scene.now) == str(seat.who.id)


async def test_a_link_is_seen_and_ended(console: Console, scene: Scene) -> None:
    seat = await console.sits("li")
    scene.write(messenger_accounts.link, 77, seat.who.id, scene.now)
    assert "已关联 Telegram 账号，在群里的发言和操作都记在您名下。" in (await seat.look(PAGE)).text
    answer = await send(seat, "unlink")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=unlinked")
    assert "已解除关联，该账号不能再以您的身份操作。" in (await seat.look(f"{PAGE}?done=unlinked")).text
    assert scene.read(messenger_accounts.staff_of, 77) is None
    assert (await send(seat, "unlink")).status_code == 303


@pytest.mark.parametrize("what", ["code", "unlink", "seen"])
async def test_a_form_of_another_site_does_nothing(console: Console, scene: Scene, what: str) -> None:
    seat = await console.sits("li", "lead")
    scene.write(messenger_accounts.link, 77, seat.who.id, scene.now)
    keep(scene)
    answer = await seat.browser.post(f"{PAGE}/{what}", data={"csrf": "forged", "key": KEY})
    assert (answer.status_code, alert_of(answer)) == (403, "页面已过期，请刷新后再试。")
    assert scene.read(messenger_accounts.staff_of, 77) is not None
    assert (scene.count(one_time_codes.link_codes), scene.read(dead_letters.count_waiting)) == (0, 1)


async def test_agents_see_neither_groups_nor_what_was_set_aside(console: Console, scene: Scene) -> None:
    keep(scene)
    seat = await console.sits("li")
    page = (await seat.look(PAGE)).text
    assert "客服群</h2>" not in page
    assert "未能自动处理" not in page
    told = "未能自动处理的消息不属于任何队列，只有主管和负责全部队列的组长可以查看。"
    for answer in (await seat.look(f"{PAGE}?show={KEY}"), await send(seat, "seen", key=KEY)):
        assert (answer.status_code, alert_of(answer)) == (403, told)
    assert scene.read(dead_letters.count_waiting) == 1


@pytest.mark.parametrize("role", ["lead", "manager", "admin"])
async def test_leads_see_the_groups_with_their_trouble(console: Console, scene: Scene, role: Role) -> None:
    seat = await console.sits("han", role)
    said = "没有设置客服群，工单只在工作台处理。需要时，请管理员把群号填入 JIEDAI_TELEGRAM_DESK 后重启。"
    assert said in (await seat.look(PAGE)).text
    service = console.app.state.service
    service.rules = replace(service.rules, topic_groups=(-1001, -1002, -1003))
    rows: list[dict[str, Any]] = [
        {"chat": -1001, "sent": [], "top": 0, "trouble": "请打开话题。", "trouble_at": scene.now},
        {"chat": -1002, "sent": [], "top": 0, "trouble": None, "trouble_at": None},
    ]
    scene.write(lambda db: db.execute(insert(groups), rows))
    page = re.sub(r"\s+", " ", (await seat.look(PAGE)).text)
    assert '<span class="tag tag-red">有问题</span> -1001：请打开话题。 <small>今天 10:00 起</small>' in page
    assert '<span class="tag tag-green">正常</span> -1002<' in page
    assert '<span class="tag ">尚未使用</span> -1003<' in page


async def test_leads_read_why_tickets_have_no_topics_in_customers_chats(console: Console, scene: Scene) -> None:
    lead, agent = await console.sits("han", "lead"), await console.sits("li", "agent")
    scene.write(set_enabled, True)
    assert "客户私聊里的话题" not in (await lead.look(PAGE)).text
    scene.write(set_trouble, PRIVATE_VERSION, scene.now)
    page = re.sub(r"\s+", " ", (await lead.look(PAGE)).text)
    assert f'<span class="tag tag-red">有问题</span> {PRIVATE_VERSION} <small>今天 10:00 起</small>' in page
    assert "客户私聊里的话题" not in (await agent.look(PAGE)).text


async def test_a_lead_reads_what_was_set_aside_only_when_asking_for_it_and_ticks_it_off(
    console: Console, scene: Scene
) -> None:
    keep(scene)
    seat = await console.sits("han", "lead")
    page = (await seat.look(PAGE)).text
    assert "会话 4711" in page
    assert '<span class="tag">图片</span>' in page
    assert "打印机" not in page
    shown = (await seat.look(f"{PAGE}?show={KEY}")).text
    assert "打印机&lt;b&gt;坏了&lt;/b&gt;" in shown
    answer = await send(seat, "seen", key=KEY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=seen")
    assert "暂无。未能自动处理的消息会留在这里，由人工处理，不会丢失。" in (await seat.look(PAGE)).text
    assert (await send(seat, "seen", key=KEY)).status_code == 303


async def test_hostile_content_and_keys_are_only_words(console: Console, scene: Scene) -> None:
    keep(scene, HOSTILE, key=HOSTILE[:100])
    seat = await console.sits("han", "lead")
    page = await seat.browser.get(PAGE, params={"show": HOSTILE[:100]})
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "alert(2)" in html.unescape(page.text)


@pytest.mark.parametrize("key", ["nothing", "x" * 161])
async def test_what_is_not_there_is_said_so(console: Console, key: str) -> None:
    seat = await console.sits("han", "lead")
    answer = await seat.look(f"{PAGE}?show={key}")
    assert (answer.status_code, alert_of(answer)) in ((404, "没有这个页面。"), (422, "没有这个页面。"))


async def test_content_sealed_with_a_lost_key_is_said_so(console: Console, scene: Scene) -> None:
    keep(scene)
    scene.write(lambda db: db.execute(dead_letters.set_aside.update().values(content="k1:AAAA")))
    seat = await console.sits("han", "lead")
    assert "内容无法解密，可能换过密钥。" in (await seat.look(f"{PAGE}?show={KEY}")).text


async def test_without_a_bot_it_says_so(console: Console) -> None:
    service = console.app.state.service
    service.settings, service.bot_name = replace(service.settings, telegram_token=""), ""
    seat = await console.sits("li")
    assert "还没有连接 Telegram 机器人，请联系管理员。" in (await seat.look(PAGE)).text
    page = await send(seat, "code")
    assert "t.me/" not in page.text
    assert "<code>/link " in page.text


async def test_no_form_and_no_key_holds_what_no_database_takes(console: Console) -> None:
    seat = await console.sits("chen", "lead")
    page = await send(seat, "seen", key="tg:1\0")
    assert (page.status_code, "无法识别的字符" in page.text) == (422, True)
    assert (await send(seat, "seen", key=["tg:1\0", KEY])).status_code == 422
    assert (await seat.look(f"{PAGE}?show=tg%001")).status_code == 422


async def test_leads_see_the_accounts_and_what_the_bot_may_not_do_there(console: Console, scene: Scene) -> None:
    rights, some = frozenset(["can_reply", "can_read_messages", "can_delete_sent_messages"]), frozenset(["can_reply"])
    known: list[tuple[str, bool, frozenset[str] | None]] = [
        ("王<b>强", True, rights),
        ("陈静", True, some),
        ("李四", False, rights),
        ("", True, None),
    ]
    chief = await console.sits("wang", "lead")
    assert "已连接的账号" not in (await chief.look(PAGE)).text
    for number, (name, enabled, held) in enumerate(known):
        account = BusinessAccount(f"c{number}", 900 + number, name, 900, enabled, held, scene.now)
        scene.write(business_connections.save_account, account, scene.now)
    page = (await chief.look(PAGE)).text
    section = page.partition('id="accounts"')[2].partition("</section>")[0]
    lines = re.findall(r"<p.*?>(.*?)(?:<small>.*?)?</p>", section)
    assert [html.unescape(re.sub("<[^>]+>", "", line)).strip() for line in lines] == [
        "正常 王<b>强",
        "缺少权限 陈静",
        "不能标为已读：同事答复后，来信在账号主人那里仍显示未读。",
        "不能撤回：已发出的回复只能更正，不能删除。",
        "已断开 李四",
        "已断开：不再收发其客户的消息。",
        "缺少权限 账号主人",
        "权限尚未得知，有新消息时再查。",
    ]
    seat = await console.sits("li")
    assert "已连接的账号" not in (await seat.look(PAGE)).text
