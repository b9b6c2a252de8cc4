"""Accounts: no password but the person's own, what was lost ends at once, and every change is on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from bot.auth import accounts, known_devices, messenger_accounts, one_time_codes, password_links, staff_sessions
from bot.auth.accounts import AccountChange
from bot.storage.database import Database
from escalation import staff
from escalation.journal.journal_store import journal_lines
from escalation.policy.model import Policy
from escalation.staff import NO_PASSWORD, StaffRefused
from tests.bot.scene import UNKNOWN, Scene
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def person(database: Database, login: str = "li") -> staff.Staff:
    found = database.read_now(staff.find_credentials, login)
    assert found is not None
    return found[0]


def on_record(database: Database, login: str = "li") -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    about = select(journal_lines).where(journal_lines.c.subject == f"staff:{login}").order_by(journal_lines.c.id)
    lines = database.read_now(lambda db: db.execute(about).all())
    return [(line.what, line.by, line.before, line.after) for line in lines]


def test_somebody_new_has_no_password_and_no_queue_until_they_are_given_one(database: Database) -> None:
    token = database.write_now(accounts.add, "li", AccountChange(name="李雷"), "admin", NOW)
    found = database.read_now(staff.find_credentials, "li")
    assert found is not None
    assert (found[0].role, found[0].queues, found[1]) == ("agent", [], NO_PASSWORD)
    assert database.read_now(password_links.owner, token, NOW) == ("good", found[0])
    after = {"name": "李雷", "role": "agent", "queues": [], "skills": [], "capacity": None}
    assert on_record(database) == [("staff added", "admin", {}, after)]


def test_a_change_is_on_record_with_what_it_was_before_and_no_more(database: Database) -> None:
    database.write_now(accounts.add, "li", AccountChange(name="李雷"), "cli", NOW)
    wanted = AccountChange(role="lead", queues=["技术支持"], name="李雷")
    for _ in range(2):  # the second time nothing changes
        database.write_now(accounts.change, None, "li", wanted, "admin", NOW)
    before, after = {"role": "agent", "queues": []}, {"role": "lead", "queues": ["技术支持"]}
    assert on_record(database)[1:] == [("staff changed", "admin", before, after)]
    assert person(database).queues == ["技术支持"]


def test_after_a_loss_all_that_acted_as_the_person_is_good_for_nothing_at_once(database: Database) -> None:
    earlier = database.write_now(accounts.add, "li", AccountChange(), "cli", NOW)
    database.write_now(accounts.set_password, person(database), "hash", NOW)
    session = database.write_now(staff_sessions.open_session, person(database), NOW)
    device = database.write_now(known_devices.remember, "", person(database).id, NOW)
    database.write_now(messenger_accounts.link, 77, person(database).id, NOW)
    code = database.write_now(one_time_codes.issue, "s" * 32, "staff", str(person(database).id), NOW)
    token = database.write_now(accounts.make_link, "li", "cli", NOW)
    found = database.read_now(staff.find_credentials, "li")
    assert found is not None
    assert found[1] == NO_PASSWORD
    assert database.read_now(staff_sessions.find_session, session, NOW) is None
    assert not database.read_now(known_devices.is_known, device, found[0].id, NOW)
    assert database.read_now(messenger_accounts.staff_of, 77) is None
    assert database.write_now(one_time_codes.redeem, "s" * 32, "staff", code, NOW) is None
    states = [database.read_now(password_links.owner, each, NOW)[0] for each in (earlier, token)]
    assert states == ["used", "good"]
    whats = [what for what, *_ in on_record(database)]
    assert whats[2:] == ["Telegram account linked", "Telegram account unlinked", "password link made"]


def test_a_chosen_password_ends_the_other_sessions_every_link_and_every_code(database: Database) -> None:
    token = database.write_now(accounts.add, "li", AccountChange(), "cli", NOW)
    here, elsewhere = (database.write_now(staff_sessions.open_session, person(database), NOW) for _ in range(2))
    code = database.write_now(one_time_codes.issue, "s" * 32, "staff", str(person(database).id), NOW)
    database.write_now(accounts.set_password, person(database), "hash", NOW, session=here)
    assert database.write_now(one_time_codes.redeem, "s" * 32, "staff", code, NOW) is None
    alive = [database.read_now(staff_sessions.find_session, each, NOW) is not None for each in (here, elsewhere)]
    assert alive == [True, False]
    assert database.read_now(password_links.owner, token, NOW)[0] == "used"


def test_a_disabled_person_is_let_in_again_by_a_link_only(sqlite: Database) -> None:
    token = sqlite.write_now(accounts.add, "li", AccountChange(), "cli", NOW)
    sqlite.write_now(staff.disable_staff, "li", NOW)
    assert sqlite.read_now(password_links.owner, token, NOW)[0] == "unknown"
    again = sqlite.write_now(accounts.make_link, "li", "admin", NOW)
    assert sqlite.read_now(password_links.owner, again, NOW)[0] == "good"
    assert on_record(sqlite)[-1] == ("password link made", "admin", {}, {"enabled_again": True})


def test_a_person_disabled_meanwhile_does_not_let_themselves_in_by_a_new_password(database: Database) -> None:
    database.write_now(accounts.add, "li", AccountChange(), "cli", NOW)
    li = person(database)
    assert database.write_now(accounts.set_password, li, "hash", NOW)
    database.write_now(staff.disable_staff, "li", NOW)
    assert not database.write_now(accounts.set_password, li, "another", NOW)
    assert database.read_now(staff.disabled_logins) == ["li"]
    assert [what for what, *_ in on_record(database)] == ["staff added", "password set"]


def test_disabled_twice_is_on_record_once(scene: Scene) -> None:
    scene.staff("li", "agent", ["*"])
    for _ in range(2):
        scene.write(accounts.disable, scene.policy, "li", "admin", scene.now)
    assert [what for what, *_ in on_record(scene.database)] == ["staff disabled"]


@pytest.mark.parametrize(("role", "released"), [("inspector", 1), ("auditor", 1), ("lead", 0)])
def test_who_becomes_somebody_that_works_no_queue_holds_no_ticket(scene: Scene, role: str, released: int) -> None:
    anna = scene.visitor()
    anna.say(UNKNOWN)
    anna.say("转人工")
    scene.claimed_by(scene.staff("li", "agent", ["*"]))
    assert scene.write(accounts.change, scene.policy, "li", AccountChange(role=role), "admin", scene.now) == released
    assert (scene.ticket.holder_id is None) is bool(released)


LAST = '"admin" is the last administrator who can sign in; let another one set a password before this.'


def test_the_last_administrator_who_can_sign_in_is_neither_disabled_nor_demoted(scene: Scene) -> None:
    scene.staff("admin", "admin", ["*"])
    scene.write(accounts.add, "second", AccountChange(role="admin"), "admin", scene.now)  # who has no password yet
    for change in (
        lambda: scene.write(accounts.disable, scene.policy, "admin", "admin", scene.now),
        lambda: scene.write(accounts.change, scene.policy, "admin", AccountChange(role="lead"), "admin", scene.now),
    ):
        with pytest.raises(StaffRefused) as refused:
            change()
        assert (refused.value.fault, str(refused.value)) == ("last_admin", LAST)
    assert person(scene.database, "admin").role == "admin"
    scene.write(accounts.set_password, person(scene.database, "second"), "hash", scene.now)
    scene.write(accounts.change, scene.policy, "admin", AccountChange(role="lead"), "admin", scene.now)
    assert person(scene.database, "admin").role == "lead"


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(database: Database, policy: Policy) -> None:
    for login in ("han", "luo"):
        database.write_now(staff.add_staff, login, login, "admin", ["*"], "hash", NOW)
    both = Barrier(2)

    def disable(login: str) -> bool:
        both.wait(30)
        try:
            database.write_now(accounts.disable, policy, login, "admin", NOW)
        except StaffRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(disable, ("han", "luo"))) == [False, True]
    assert len(database.read_now(staff.all_staff)) == 1


def test_a_role_that_does_not_exist_is_refused(scene: Scene) -> None:
    scene.staff("li", "agent", ["*"])
    for change in (
        lambda: scene.write(accounts.add, "wang", AccountChange(role="boss"), "cli", scene.now),
        lambda: scene.write(accounts.change, scene.policy, "li", AccountChange(role="boss"), "cli", scene.now),
    ):
        with pytest.raises(StaffRefused) as refused:
            change()
        assert str(refused.value) == (
            'There is no role "boss"; the roles are: agent, lead, manager, admin, inspector, auditor.'
        )
