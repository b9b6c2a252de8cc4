"""One's own account over HTTP: the one-time link, the password, the sessions, failed sign-ins with one's name."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.auth import accounts, password_links
from bot.auth.accounts import AccountChange
from escalation.journal.journal_store import journal_lines
from tests.bot.web.console.console_scene import HOSTILE, PASSWORD, Console, Seat, alert_of, csrf_of

GOOD = "我家的猫叫小满会开门"
WELCOME = "/console/welcome"


@pytest.fixture
def link(console: Console) -> str:
    """The token of a new colleague's link."""
    wanted = AccountChange(name="林涛", queues=["*"])
    token: str = console.scene.write(accounts.add, "lintao", wanted, "cli", console.scene.now)
    return token


async def chosen(
    browser: httpx.AsyncClient, link: str, password: str = GOOD, again: str | None = None, **more: Any
) -> httpx.Response:
    data = {"link": link, "password": password, "again": password if again is None else again}
    return await browser.post(WELCOME, data=data, **more)


def status_of(page: httpx.Response) -> str:
    found = re.search(r'role="status">([^<]+)<', page.text)
    return found[1] if found else ""


async def test_a_new_colleague_sets_a_password_is_signed_in_and_their_browser_is_known(
    console: Console, link: str
) -> None:
    browser = console.browser()
    page = await browser.get(WELCOME, params={"link": link})
    assert "林涛，您好！请设置登录密码。" in page.text
    answer = await chosen(browser, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert (await browser.get("/console")).status_code == 200
    assert {"jiedai_staff", "jiedai_device"} <= set(browser.cookies)
    data = {"login": "lintao", "password": GOOD}
    assert (await console.browser().post("/console/sign-in", data=data)).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("太短了", None, "密码至少要有 10 个字符，可以用一句只有您知道的话。"),
        ("长" * 257, None, "密码最多 256 个字符，请缩短一些。"),
        (GOOD, GOOD[:-1], "两次输入的密码不一样，请重新输入。"),
        ("Password123", None, "这个密码太容易猜到，请换一个。"),
        ("lintao2026", None, "密码不能只是账号或姓名加上几个数字，请换一个。"),
    ],
)
async def test_a_password_that_is_refused_leaves_the_link_good(
    console: Console, link: str, password: str, again: str | None, sentence: str
) -> None:
    answer = await chosen(console.browser(), link, password, again)
    assert (answer.status_code, alert_of(answer)) == (422, sentence)
    assert "set-cookie" not in answer.headers
    assert (await chosen(console.browser(), link)).status_code == 303


async def test_a_link_used_twice_expired_or_unknown_says_which(console: Console, link: str) -> None:
    assert (await chosen(console.browser(), link)).status_code == 303
    later = console.scene.write(accounts.add, "wang", AccountChange(), "cli", console.scene.now)
    console.scene.clock.advance(hours=72)
    for token, status, sentence in (
        (link, 410, "这个链接已经用过了。如果不是您本人设置的密码，请立即联系管理员。"),
        (later, 410, "这个链接已过期，请联系管理员重新生成。"),
        ("made-up", 404, "这个链接无效，请确认地址完整，或联系管理员重新生成。"),
        ("", 404, "这个链接无效，请确认地址完整，或联系管理员重新生成。"),
    ):
        looked, sent = (
            await console.browser().get(WELCOME, params={"link": token}),
            await chosen(console.browser(), token),
        )
        assert [(each.status_code, alert_of(each)) for each in (looked, sent)] == [(status, sentence)] * 2
        assert "set-cookie" not in sent.headers


async def test_another_site_cannot_set_a_password(console: Console, link: str) -> None:
    answer = await chosen(console.browser(), link, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, alert_of(answer)) == (403, "页面已过期，请刷新后再试。")
    assert console.scene.read(password_links.owner, link, console.scene.now)[0] == "good"


async def test_until_a_password_is_set_none_is_right(console: Console, link: str) -> None:
    for password in ("", "-", GOOD):
        answer = await console.browser().post("/console/sign-in", data={"login": "lintao", "password": password})
        assert (answer.status_code, alert_of(answer)) == (401, "账号或密码不正确。")


async def post(seat: Seat, path: str, **data: str) -> httpx.Response:
    return await seat.browser.post(path, data={"csrf": csrf_of(await seat.look("/console/me")), **data})


async def change(seat: Seat, old: str = PASSWORD, password: str = GOOD, again: str | None = None) -> httpx.Response:
    again = password if again is None else again
    return await post(seat, "/console/me/password", old=old, password=password, again=again)


async def test_who_knows_the_old_password_changes_it_and_all_other_sessions_end(console: Console) -> None:
    seat = await console.sits("wang")
    other = Seat(console.browser(), seat.who)
    await other.sign_in()
    answer = await change(seat)
    assert answer.headers["location"] == "/console/me?done=password"
    assert status_of(await seat.look("/console/me?done=password")) == "密码已修改，其他设备都已退出登录。"
    assert (await other.look("/console")).status_code == 303
    assert (await Seat(console.browser(), seat.who).sign_in(GOOD)).status_code == 303
    assert (await Seat(console.browser(), seat.who).sign_in(PASSWORD)).status_code == 401


async def test_a_wrong_old_password_changes_nothing_and_is_braked(console: Console) -> None:
    seat = await console.sits("wang")
    for _ in range(10):
        answer = await change(seat, old="guess")
        assert (answer.status_code, alert_of(answer)) == (422, "原密码不正确，密码没有修改。")
    assert alert_of(await change(seat)) == "尝试次数过多，请 15 分钟后再试。"
    assert alert_of(await change(seat, password="short")) == "尝试次数过多，请 15 分钟后再试。"
    console.scene.clock.advance(minutes=15, seconds=1)
    assert alert_of(await change(seat, password="short")) == "密码至少要有 10 个字符，可以用一句只有您知道的话。"
    assert (await change(seat)).status_code == 303


async def test_a_person_sees_their_sessions_and_ends_them(console: Console) -> None:
    seat = await console.sits("wang")
    phone = Seat(console.browser(), seat.who)
    phone.browser.headers["User-Agent"] = "Mozilla/5.0 (iPhone) Version/18.0 Mobile Safari/604.1"
    await phone.sign_in()
    page = (await seat.look("/console/me")).text
    assert "Safari · iPhone" in page
    assert "127.0.0.*" in page
    [handle] = re.findall(r'name="session" value="([^"]+)"', page)
    await post(seat, "/console/me/sessions", session=handle)
    assert [(await each.look("/console")).status_code for each in (seat, phone)] == [200, 303]
    await phone.sign_in()
    await post(seat, "/console/me/others")
    assert [(await each.look("/console")).status_code for each in (seat, phone)] == [200, 303]


async def test_the_owner_is_told_of_strangers_who_try_their_name_until_they_have_seen_it(console: Console) -> None:
    seat = await console.sits("wang")
    stranger = Seat(console.browser(), seat.who)
    for _ in range(3):
        await stranger.sign_in("wrong")
    told = "今天 10:00 起，您的账号有 3 次登录失败，不是在您常用的浏览器上。"
    for path in ("/console", "/console/me"):
        assert told in (await seat.look(path)).text
    colleague = await console.sits("li")
    assert "登录失败" not in (await colleague.look("/console")).text
    await post(seat, "/console/me/seen")
    assert "登录失败" not in (await seat.look("/console")).text


async def test_their_own_slips_alarm_nobody(console: Console) -> None:
    seat = await console.sits("wang")
    for _ in range(3):
        await seat.sign_in("wrong")
    assert "登录失败" not in (await seat.look("/console/me")).text


# People


@pytest.fixture
async def admin(console: Console) -> Seat:
    return await console.sits("admin", "admin", ("*",))


@pytest.mark.parametrize("role", ["agent", "lead", "manager", "inspector", "auditor"])
async def test_nobody_but_administrators_manages_people_or_keys(console: Console, role: Any) -> None:
    seat = await console.sits("wang", role, ("*",))
    page = (await seat.look("/console/me")).text
    is_lead = role in ("lead", "manager")  # who sees their people, and changes nothing
    assert ("/console/people" in page) == is_lead
    assert "/console/keys" not in page
    for path in (
        "people/add",
        "people/change",
        "people/link",
        "people/disable",
        "people/end",
        "keys/create",
        "keys/revoke",
    ):
        answer = await post(seat, f"/console/{path}", login="wang", name="x", role="admin")
        assert answer.status_code == 403
    people, keys = await seat.look("/console/people"), await seat.look("/console/keys")
    assert is_lead or alert_of(people) == "人员账号由管理员维护，如需调整请联系管理员。"
    assert alert_of(keys) == "接口密钥由管理员维护，如需使用请联系管理员。"


def link_in(page: httpx.Response) -> str:
    found = re.search(r"<code>([^<]*)</code>", page.text)
    return found[1] if found else ""


async def test_an_administrator_adds_a_person_and_sees_the_link_this_once(console: Console, admin: Seat) -> None:
    answer = await post(admin, "/console/people/add", login="lintao", name="林涛", role="lead", queue="技术支持")
    url = link_in(answer)
    assert url.startswith("http://test/console/welcome?link=")
    assert answer.headers["cache-control"] == "no-store"
    assert link_in(await admin.look("/console/people")) == ""
    assert "未设置密码" in (await admin.look("/console/people")).text
    browser = console.browser()
    assert (await chosen(browser, url.partition("link=")[2])).status_code == 303
    assert "林涛" in (await browser.get("/console/me")).text
    assert "未设置密码" not in (await admin.look("/console/people")).text


async def test_what_an_administrator_changes_counts_at_once_and_is_on_record(console: Console, admin: Seat) -> None:
    li = await console.sits("li", "agent", ("通用客服",))
    fields: dict[str, Any] = {"login": "li", "name": "李雷", "role": "lead", "queue": ["技术支持", "投诉处理"]}
    answer = await post(admin, "/console/people/change", **fields, capacity="8")
    assert answer.headers["location"] == "/console/people?done=changed"
    mine = (await li.look("/console/me")).text
    assert all(word in mine for word in ("李雷", "组长", "技术支持、投诉处理", "8 张"))
    about = select(journal_lines).where(journal_lines.c.subject == "staff:li", journal_lines.c.what == "staff changed")
    [line] = console.scene.read(lambda db: db.execute(about).all())
    assert (line.by, line.before["role"], line.after["role"]) == ("admin", "agent", "lead")


async def test_a_new_link_ends_what_was_lost_and_a_disabled_person_is_let_in_again(
    console: Console, admin: Seat
) -> None:
    li = await console.sits("li")
    url = link_in(await post(admin, "/console/people/link", login="li"))
    assert (await li.look("/console")).status_code == 303
    assert (await li.sign_in()).status_code == 401
    await post(admin, "/console/people/disable", login="li")
    assert (await chosen(li.browser, url.partition("link=")[2])).status_code == 404
    url = link_in(await post(admin, "/console/people/link", login="li"))
    assert (await chosen(li.browser, url.partition("link=")[2])).status_code == 303


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("add", {"login": "admin", "name": "x", "role": "agent"}, "账号「admin」已经有人使用，请换一个。"),
        ("add", {"login": "", "name": "x", "role": "agent"}, "账号和姓名须有 1 到 64 个可见字符，首尾不能有空格。"),
        ("add", {"login": "li", "name": "x", "role": "boss"}, "没有这个角色，请从列表里选择。"),
        (
            "add",
            {"login": "li", "role": "agent", "queue": "没有"},
            "政策里没有「没有」这个队列，请从列表里选择。",
        ),
        (
            "add",
            {"login": "li", "role": "agent", "skill": "外语"},
            "政策里没有用到「外语」这个技能，请从列表里选择。",
        ),
        (
            "change",
            {"login": "admin", "role": "admin", "capacity": "-1"},
            "接单上限须为 0 到 999 的整数；不填则按政策规定的上限。",
        ),
        ("change", {"login": "nobody", "role": "agent"}, "没有「nobody」这个账号。"),
        (
            "change",
            {"login": "admin", "role": "agent"},
            "「admin」是唯一能登录的管理员，请先添加另一位管理员，待其设置好密码后再操作。",
        ),
        (
            "disable",
            {"login": "admin"},
            "「admin」是唯一能登录的管理员，请先添加另一位管理员，待其设置好密码后再操作。",
        ),
        ("link", {"login": "admin"}, "这是您自己的账号，请在「我的账号」里修改密码。"),
        ("link", {"login": "nobody"}, "没有「nobody」这个账号。"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(
    admin: Seat, path: str, fields: dict[str, str], sentence: str
) -> None:
    answer = await post(admin, f"/console/people/{path}", **fields)
    assert (answer.status_code, alert_of(answer)) == (422, sentence)
    assert (await admin.look("/console/people")).status_code == 200  # still the administrator


async def test_names_stay_text_on_the_page(console: Console, admin: Seat) -> None:
    await post(admin, "/console/people/add", login="li", name=HOSTILE[:60], role="agent")
    for path in ("/console/people", "/console/keys"):
        page = (await admin.look(path)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


# Keys


async def test_an_administrator_makes_a_key_sees_it_this_once_and_revokes_it(console: Console, admin: Seat) -> None:
    fields: dict[str, Any] = {"name": "CRM", "scope": ["customers", "metrics"], "days": "90"}
    key = link_in(await post(admin, "/console/keys/create", **fields))
    assert key.startswith("jiedai_")
    bearer = {"Authorization": f"Bearer {key}"}
    assert (await console.browser().get("/metrics", headers=bearer)).status_code == 200
    page = (await admin.look("/console/keys")).text
    assert key not in page
    assert "读写客户资料、读取运行指标" in page
    answer = await post(admin, "/console/keys/revoke", name="CRM")
    assert answer.headers["location"] == "/console/keys?done=revoked"
    assert "CRM</b>" not in (await admin.look("/console/keys")).text


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("create", {"name": "", "scope": "metrics"}, "名称须有 1 到 64 个可见字符，首尾不能有空格。"),
        ("create", {"name": "CRM"}, "请至少选择一项权限。"),
        ("create", {"name": "CRM", "scope": "root"}, "没有这项权限，请从列表里选择。"),
        (
            "create",
            {"name": "CRM", "scope": "metrics", "days": "0"},
            "有效天数须为 1 到 3650 的整数；不填表示长期有效。",
        ),
        (
            "create",
            {"name": "CRM", "scope": "metrics", "days": "x"},
            "有效天数须为 1 到 3650 的整数；不填表示长期有效。",
        ),
        ("revoke", {"name": "CRM"}, "没有正在使用的密钥「CRM」。"),
    ],
)
async def test_a_key_that_cannot_be_is_refused_in_a_sentence(
    admin: Seat, path: str, fields: dict[str, str], sentence: str
) -> None:
    answer = await post(admin, f"/console/keys/{path}", **fields)
    assert (answer.status_code, alert_of(answer)) == (422, sentence)


async def test_a_keys_name_is_used_once(admin: Seat) -> None:
    for expected in ("", "名称「CRM」以前用过，请换一个，以免记录混淆。"):
        assert alert_of(await post(admin, "/console/keys/create", name="CRM", scope="metrics")) == expected
