"""An import of customers: tried out, staged, switched, applied in steps; a killed process loses nothing of it."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot.cli.customers_told import told
from bot.storage.database import Database
from bot.tickets import crm_steps
from bot.wording.table_faults import crm_lack
from escalation.customers import customer_store, staged_imports
from escalation.customers.crm_tables import CrmFaults
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.customer_rows import contacts
from escalation.customers.patch_chunks import LARGEST, PatchChunks
from escalation.customers.patch_tally import Tally
from escalation.journal.journal_store import lines_of
from tests.bot.scene import Scene
from tests.mortal import die_at_commits


def chunks_of(patches: list[CustomerPatch]) -> PatchChunks:
    groups: dict[object, list[CustomerPatch]] = {}
    for patch in patches:
        groups.setdefault(patch.organisation if patch.given("organisation") else patch.id, []).append(patch)
    return PatchChunks(groups.values())


def staged(scene: Scene, patches: list[CustomerPatch]) -> int:
    chunks = chunks_of(patches)
    tally = crm_steps.try_out(scene.read, scene.rules, chunks, scene.now)
    facts = ("crm.csv", "0" * 64, "cli test", tally, scene.now)
    return crm_steps.stage(scene.database, scene.rules, chunks, *facts, overwrite=False)


def finish(scene: Scene) -> None:
    while scene.write(crm_steps.take_step, scene.rules, scene.now):
        pass


def many(count: int) -> list[CustomerPatch]:
    return [CustomerPatch(f"K{each}", f"单位{each}", "联系人", annual_amount=50_000) for each in range(count)]


def test_records_of_one_organisation_stay_together() -> None:
    rows = [CustomerPatch(f"K{each}", f"单位{each % 40}") for each in range(120)]
    chunks = list(chunks_of(rows))
    assert sorted(patch.id for chunk in chunks for patch in chunk) == sorted(patch.id for patch in rows)
    homes = [{patch.organisation for patch in chunk} for chunk in chunks]
    assert all(not one & other for place, one in enumerate(homes) for other in homes[place + 1 :])
    assert list(chunks_of([])) == []


def test_nothing_of_a_staged_file_is_in_force_until_the_switch(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    number = staged(scene, many(120))
    finish(scene)
    assert scene.read(customer_store.list_contact_ids) == ()
    assert scene.write(crm_steps.bring_into_force, number)
    assert not scene.write(crm_steps.bring_into_force, number)
    assert not scene.write(staged_imports.drop_import, number)
    finish(scene)
    assert len(scene.read(customer_store.list_contact_ids)) == 120
    found = scene.read(staged_imports.find_import, number)
    assert (found.state, found.tally["contacts"], found.tally["new"]) == ("done", 120, 120)
    assert scene.count(staged_imports.crm_chunks) == 0
    [line] = scene.read(lines_of, "customers")
    assert (line.what, line.by, line.after["user"]) == ("CRM file imported", "cli", "test")


def test_a_staged_file_may_be_dropped(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    number = staged(scene, many(3))
    assert scene.write(staged_imports.drop_import, number)
    assert not scene.write(crm_steps.bring_into_force, number)
    assert scene.count(staged_imports.crm_chunks) == scene.count(staged_imports.crm_imports) == 0


def test_what_a_file_would_do_is_what_it_does(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.know("C1020")
    patches = [
        CustomerPatch("C1020", annual_amount=6_000_000, phone="13800009999"),
        CustomerPatch("N1", "新单位", "甲", "13800009999"),
        CustomerPatch("N2", "新单位", "乙", annual_amount=70_000),
    ]
    would = crm_steps.try_out(scene.read, scene.rules, chunks_of(patches), scene.now)
    assert scene.read(customer_store.find_customer, scene.vault, scene.policy, "N1", scene.now) is None
    number = staged(scene, patches)
    scene.write(crm_steps.bring_into_force, number)
    finish(scene)
    assert Tally(**scene.read(staged_imports.find_import, number).tally) == would
    assert (would.new, would.changed, would.tier_changes) == (2, {"annual_amount": 1, "phone": 1}, 1)
    assert would.tier_examples == [{"id": "C1020", "old": "三级", "new": "特级"}]
    assert would.collisions == 1


def test_what_several_chunks_say_of_one_organisation_or_number_is_seen_before_too(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    patches = [CustomerPatch(f"G{each}", "大单位", f"联系人{each}") for each in range(2 * LARGEST + 1)]
    patches[0] = replace(patches[0], annual_amount=60_000, phone="13800009999")
    patches[-1] = replace(patches[-1], phone="138-0000-9999")
    patches += [CustomerPatch("M1", contact="甲", annual_amount=1, email="A@b.cn"), *many(60)]
    patches += [CustomerPatch("M2", contact="乙", annual_amount=1, email="a@b.cn")]
    would = crm_steps.try_out(scene.read, scene.rules, chunks_of(patches), scene.now)
    number = staged(scene, patches)
    scene.write(crm_steps.bring_into_force, number)
    finish(scene)
    assert Tally(**scene.read(staged_imports.find_import, number).tally) == would
    assert [(each["id"], each["other"]) for each in would.collision_examples] == [
        (f"G{2 * LARGEST}", "G0"),
        ("M2", "M1"),
    ]


def test_extensions_of_one_main_number_are_numbers_of_their_own(scene: Scene) -> None:
    phones = ("0571-88880000-801", "0571-88880000转802", "0571-88880000", "0571-88880000 ext 801")
    rows = [replace(row, phone=phone) for row, phone in zip(many(4), phones, strict=True)]
    would = crm_steps.try_out(scene.read, scene.rules, chunks_of(rows), scene.now)
    assert [(each["id"], each["other"]) for each in would.collision_examples] == [("K3", "K0")]


def test_a_row_from_before_main_numbers_were_kept_is_written_anew_by_the_next_import(scene: Scene) -> None:
    row = replace(many(1)[0], phone="0571-88880000-801")

    def bring() -> None:
        number = staged(scene, [row])
        scene.write(crm_steps.bring_into_force, number)
        finish(scene)

    bring()
    scene.write(lambda db: db.execute(update(contacts).values(phone_mac="0" * 64, phone_main_mac=None)))
    bring()
    found = scene.read(customer_store.find_all_by_phone, scene.vault, scene.policy, "0571-88880000", scene.now)
    assert [each.contact.id for each in found] == ["K0"]


def test_what_new_customers_lack_is_told_before_anything_is_staged(scene: Scene) -> None:
    patches = [CustomerPatch("N1", "新单位", line=2), CustomerPatch("N2", contact="乙", line=3)]
    with pytest.raises(CrmFaults) as refused:
        crm_steps.try_out(scene.read, scene.rules, chunks_of(patches), scene.now, "crm.csv")
    assert str(refused.value).splitlines() == [
        "crm.csv:2: contact must be given: the customer is new.",
        'crm.csv:2: annual_amount must be given for "新单位", which is new, such as 6200000.',
        "crm.csv:3: annual_amount must be given, such as 6200000.",
    ]


def test_a_row_that_nothing_can_be_made_of_by_then_is_kept_by_its_place_alone_and_told_in_a_sentence(
    scene: Scene,
) -> None:
    rows = [CustomerPatch("N1", "机密单位", "何女士", line=2), CustomerPatch("N2", annual_amount=1, line=3)]
    facts = ("crm.csv", "0" * 64, "cli test", Tally(), scene.now)
    number = crm_steps.stage(scene.database, scene.rules, chunks_of(rows), *facts, overwrite=False)
    scene.write(crm_steps.bring_into_force, number)
    finish(scene)
    found = scene.read(staged_imports.find_import, number)
    assert sorted(found.tally["refused_examples"], key=lambda each: each["line"]) == [
        {"line": "2", "field": "annual_amount", "code": "of_new_organisation"},
        {"line": "3", "field": "contact", "code": "of_new_contact"},
    ]
    lines = sorted(line for line in told(Tally(**found.tally), ()) if line.startswith("Line "))
    because = "was left out, for something has changed since it was looked at"
    assert lines == [
        f"Line 2 {because}: annual_amount must be given, such as 6200000: the organisation is new.",
        f"Line 3 {because}: contact must be given: the customer is new.",
    ]
    lacks = {each["line"]: crm_lack(each["code"], each["field"]) for each in found.tally["refused_examples"]}
    assert lacks == {
        "2": "行内的单位是新单位，请填写年采购额，例如 6200000。",
        "3": "这是新客户，请填写联系人。",
    }


def test_open_tickets_follow_when_all_is_applied(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor(customer="C1020").say("人工")
    number = staged(scene, [CustomerPatch("C1020", annual_amount=6_000_000), *many(60)])
    scene.write(crm_steps.bring_into_force, number)
    finish(scene)
    assert (scene.ticket.tier, scene.ticket.queue) == ("特级", "特级专席")
    assert scene.notices("rerouted") == [("rerouted", "queue", "特级专席")]


def test_a_process_that_is_killed_at_a_commit_leaves_the_rest_to_the_next(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(crm_steps, "STEP", 0)  # a chunk in a step
    number = staged(scene, many(230))
    scene.write(crm_steps.bring_into_force, number)
    for place, side in enumerate(("before", "after", "before", "after")):
        child = multiprocessing.get_context("fork").Process(target=_dies, args=(scene, place % 2 + 1, side))
        child.start()
        child.join()
        assert child.exitcode == -9
    finish(scene)
    assert len(scene.read(customer_store.list_contact_ids)) == 230
    tally = scene.read(staged_imports.find_import, number).tally
    assert (tally["contacts"], tally["new"], tally["refused"]) == (230, 230, 0)


def _dies(scene: Scene, at: int, side: Any) -> None:
    """Makes steps on connections of its own until its commit `at`."""
    commits = iter(range(1, 1_000))
    database = Database(scene.database.url, journal_key=b"k" * 32)
    die_at_commits(database.engine, lambda: side if next(commits) == at else None)
    while database.write_now(crm_steps.take_step, scene.rules, scene.now):
        pass


def test_an_import_under_way_is_applied_to_its_end_before_one_that_comes_into_force_meanwhile(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(crm_steps, "STEP", 0)  # a chunk in a step
    rows = many(120)
    earlier = staged(scene, [replace(row, contact="旧") for row in rows])
    later = staged(scene, [replace(row, contact="新") for row in rows])
    scene.write(crm_steps.bring_into_force, later)
    scene.write(crm_steps.take_step, scene.rules, scene.now)
    scene.write(crm_steps.bring_into_force, earlier)
    finish(scene)
    found = [scene.read(customer_store.find_customer, scene.vault, scene.policy, row.id, scene.now) for row in rows]
    assert {each.contact.name for each in found if each is not None} == {"旧"}
