"""An account stands for a person who entered a fresh code of theirs, for as long as both want it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.auth import messenger_accounts, one_time_codes
from bot.telegram.desk.accounts import redeem
from escalation import staff
from escalation.journal.journal_store import journal_lines
from tests.bot.scene import Scene

SECRET = "s" * 40
BAD = "关联码无效、已用过或已过期。请在工作台「Telegram」页重新取一个，10 分钟内发来。"


def code_for(scene: Scene, who: staff.Staff, purpose: one_time_codes.Purpose = "staff") -> str:
    found: str = scene.write(one_time_codes.issue, SECRET, purpose, str(who.id), scene.now)
    return found


def enter(scene: Scene, code: str, account: int = 77) -> str:
    found: str = scene.write(redeem, SECRET, code, account, scene.now)
    return found


def test_a_code_links_once(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff("li")
    code = code_for(scene, li)
    assert enter(scene, code) == "已关联客服账号「客服li」。现在可以在工单话题里发言、回复客户和点按钮了。"
    assert scene.read(messenger_accounts.staff_of, 77) == li
    assert scene.read(messenger_accounts.account_of, li.id) == 77
    assert enter(scene, code, 78) == BAD
    assert scene.read(messenger_accounts.staff_of, 78) is None


def test_a_code_is_good_for_ten_minutes(scene: Scene) -> None:
    code = code_for(scene, scene.staff("li"))
    scene.clock.advance(minutes=10)
    assert enter(scene, code) == BAD
    assert timedelta(minutes=10) == one_time_codes.LIFETIME


def test_forged_and_foreign_codes_link_nobody(scene: Scene) -> None:
    li = scene.staff("li")
    code = code_for(scene, li)
    for forged in ("", "x", code[:-1] + ("A" if code[-1] != "A" else "B"), "é" * 38, code + "=", "s_" + code):
        assert enter(scene, forged) == BAD, forged
    assert enter(scene, code_for(scene, li, "customer")) == BAD
    other: str = scene.write(one_time_codes.issue, "another secret" * 3, "staff", str(li.id), scene.now)
    assert enter(scene, other) == BAD
    assert scene.read(messenger_accounts.staff_of, 77) is None


def test_a_person_disabled_meanwhile_is_linked_no_more(scene: Scene) -> None:
    li = scene.staff("li")
    code = code_for(scene, li)
    scene.write(staff.disable_staff, "li", scene.now)
    assert enter(scene, code) == BAD


def test_somebody_disabled_since_acts_no_more_and_again_when_let_in_again(scene: Scene) -> None:
    li = scene.staff("li")
    enter(scene, code_for(scene, li))
    scene.write(staff.disable_staff, "li", scene.now)
    assert scene.read(messenger_accounts.staff_of, 77) is None
    scene.write(staff.set_password, "li", "-")
    assert scene.read(messenger_accounts.staff_of, 77) == li


def test_an_account_and_a_person_have_one_link_each(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li, wang = scene.staff("li"), scene.staff("wang")
    enter(scene, code_for(scene, li), 77)
    enter(scene, code_for(scene, li), 78)
    assert scene.read(messenger_accounts.staff_of, 77) is None
    enter(scene, code_for(scene, wang), 78)
    assert scene.read(messenger_accounts.staff_of, 78) == wang
    assert scene.read(messenger_accounts.account_of, li.id) is None
    assert scene.write(messenger_accounts.unlink, 78, "cli", scene.now) == wang
    assert scene.write(messenger_accounts.unlink, 78, "cli", scene.now) is None
    about = select(journal_lines).where(journal_lines.c.subject == "staff:wang")
    lines = scene.read(lambda db: db.execute(about).all())
    assert [(line.what, line.by) for line in lines] == [
        ("Telegram account linked", "wang"),
        ("Telegram account unlinked", "cli"),
    ]
