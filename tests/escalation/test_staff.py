"""Who works here: added once, found unless disabled, refused with a whole sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.storage.database import Database
from escalation import staff
from escalation.roles import ROLES, Duty, Role
from escalation.staff import Staff, StaffRefused
from tests.escalation.tickets.desk_scene import NOW


def test_an_agent_is_found_by_id_and_by_sign_in_name(database: Database) -> None:
    number = database.write_now(staff.add_staff, "li", "李雷", "agent", ["技术支持"], "hash", NOW)
    expected = Staff(number, "li", "李雷", "agent", ["技术支持"])
    assert database.read_now(staff.get_staff, number) == expected
    assert database.read_now(staff.find_credentials, "li") == (expected, "hash")
    assert database.read_now(staff.all_staff) == [expected]


def test_a_taken_name_is_refused(sqlite: Database) -> None:
    sqlite.write_now(staff.add_staff, "li", "李雷", "agent", [], "hash", NOW)
    with pytest.raises(StaffRefused) as refusal:
        sqlite.write_now(staff.add_staff, "li", "李四", "lead", [], "hash", NOW)
    assert str(refusal.value) == 'The sign-in name "li" is taken; choose another.'


def test_a_disabled_person_is_gone_but_their_name_stays(sqlite: Database) -> None:
    number = sqlite.write_now(staff.add_staff, "li", "李雷", "agent", [], "hash", NOW)
    sqlite.write_now(staff.disable_staff, "li", NOW)
    assert sqlite.read_now(staff.get_staff, number) is None
    assert sqlite.read_now(staff.find_credentials, "li") is None
    assert sqlite.read_now(staff.all_staff) == []
    assert sqlite.read_now(staff.staff_names) == {number: "李雷"}
    assert sqlite.read_now(staff.count_staff) == 1


@pytest.mark.parametrize("change", [staff.disable_staff, staff.set_password])
def test_a_change_to_nobody_is_refused(sqlite: Database, change: object) -> None:
    with pytest.raises(StaffRefused) as refusal:
        sqlite.write_now(change, "nobody", NOW if change is staff.disable_staff else "hash")  # type: ignore[arg-type]
    assert str(refusal.value) == 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'


def test_a_new_password_replaces_the_old_one(sqlite: Database) -> None:
    sqlite.write_now(staff.add_staff, "li", "李雷", "agent", [], "old", NOW)
    sqlite.write_now(staff.set_password, "li", "new")
    found = sqlite.read_now(staff.find_credentials, "li")
    assert found is not None
    assert found[1] == "new"


@pytest.mark.parametrize("role", ROLES)
def test_leads_managers_and_administrators_lead_the_queues_given_to_them(role: Role) -> None:
    leads = role in ("lead", "manager", "admin")
    assert Staff(1, "x", "x", role, ["通用客服"]).leads_in("通用客服") is leads
    assert Staff(1, "x", "x", role, ["*"]).leads_in("通用客服") is leads
    assert not Staff(1, "x", "x", role, ["通用客服"]).leads_in("技术支持")
    assert not Staff(1, "x", "x", role, []).leads


def test_no_queues_named_means_none() -> None:
    assert not Staff(1, "x", "x", "agent", []).works("技术支持")
    assert Staff(1, "x", "x", "agent", ["*"]).works("技术支持")
    assert not Staff(1, "x", "x", "agent", ["通用客服"]).works("技术支持")
    assert not Staff(1, "x", "x", "auditor", ["*"]).works("技术支持")


DUTIES = {
    ("agent", "通用客服"): "",
    ("lead", ""): "",
    ("lead", "通用客服"): "incidents knowledge reports roster supervision tier_wishes",
    ("lead", "*"): "incidents knowledge reports roster set_aside supervision tier_wishes",
    ("manager", ""): "calendar incidents knowledge reports roster set_aside supervision tier_approvals tier_wishes",
    ("admin", ""): "calendar keys people rights settings supervision",
    (
        "admin",
        "*",
    ): "calendar incidents keys knowledge people reports rights roster set_aside settings supervision tier_wishes",
    ("inspector", "*"): "",
    ("auditor", "*"): "journal",
}


@pytest.mark.parametrize(("role", "queue"), DUTIES)
def test_each_role_has_its_duties_and_no_more(role: Role, queue: str) -> None:
    person = Staff(1, "x", "x", role, [queue] if queue else [])
    assert " ".join(sorted(duty for duty in get_args(Duty) if person.may(duty))) == DUTIES[role, queue]


def test_the_last_administrator_is_not_disabled(sqlite: Database) -> None:
    sqlite.write_now(staff.add_staff, "admin", "管理员", "admin", [], "-", NOW)
    with pytest.raises(StaffRefused) as refusal:
        sqlite.write_now(staff.disable_staff, "admin", NOW)
    told = '"admin" is the last administrator who can sign in; let another one set a password before this.'
    assert str(refusal.value) == told


def test_a_new_password_lets_a_disabled_person_in_again(sqlite: Database) -> None:
    sqlite.write_now(staff.add_staff, "li", "李", "agent", [], "-", NOW)
    sqlite.write_now(staff.disable_staff, "li", NOW)
    assert sqlite.read_now(staff.disabled_logins) == ["li"]
    sqlite.write_now(staff.set_password, "li", "+")
    assert [one.login for one in sqlite.read_now(staff.all_staff)] == ["li"]


def test_what_somebody_works_on_is_changed_and_the_rest_stays(database: Database) -> None:
    number = database.write_now(staff.add_staff, "li", "李雷", "agent", ["技术支持"], "hash", NOW)
    database.write_now(staff.set_work, "li", skills=["网络"], capacity=3)
    assert database.read_now(staff.get_staff, number) == Staff(number, "li", "李雷", "agent", ["技术支持"], ["网络"], 3)
    database.write_now(staff.set_work, "li", queues=[], unlimited=True)
    assert database.read_now(staff.get_staff, number) == Staff(number, "li", "李雷", "agent", [], ["网络"], None)
