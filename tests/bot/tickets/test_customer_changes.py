"""Two customers become one, or a contact leaves: what they wrote, their tickets and clocks follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.agents.actions import Claim
from bot.dialogue.identity import identify
from bot.tickets import tier_moves
from bot.tickets.customer_changes import (
    NoSuchContact,
    RemovalRefused,
    merge_contacts,
    merge_organisations,
    remove_contact,
)
from bot.tickets.tier_changes import apply_patch
from escalation.customers import items
from escalation.customers.customer_notes import add_note, notes_on
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.customer_store import find_all_by_phone, find_customer, save_customer
from escalation.customers.items import CustomerItem
from escalation.customers.merging import MergeRefused
from escalation.customers.model import Customer, CustomerRecord, ManualTier
from escalation.customers.tier_proposals import waiting_proposals
from escalation.journal.journal_queries import JournalFilter, find_lines
from escalation.tickets.history import history_of
from escalation.tickets.ticket_store import get_ticket
from tests.bot.races import both_at_once
from tests.bot.scene import Scene

ZHOU = CustomerRecord("C1", "江海银行", "周文博", 2_800_000, 26, 4, 4, "13800000001", "zhou@example.com")
ZHOU_AGAIN = CustomerRecord("C2", "江海银行有限公司", "周文博", 20_000, 2, 2, 2, "13800000002", None)


def save(scene: Scene, *records: CustomerRecord) -> None:
    for record in records:
        scene.write(save_customer, scene.vault, scene.policy, record, scene.now)


def find(scene: Scene, contact_id: str) -> Customer:
    found = scene.read(find_customer, scene.vault, scene.policy, contact_id, scene.now)
    assert found is not None
    return found


@pytest.fixture
def two(scene_anywhere: Scene) -> Scene:
    save(scene_anywhere, ZHOU, ZHOU_AGAIN)
    return scene_anywhere


def test_the_matters_of_an_id_merged_away_are_the_others_and_their_clocks_follow(two: Scene) -> None:
    anna = two.visitor()
    anna.identify("C2")
    anna.say("转人工")
    assert (two.ticket.contact_id, two.ticket.tier) == ("C2", "三级")
    merged = two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    assert (merged.customer.contact.id, merged.conversations, merged.tickets) == ("C1", 1, 1)
    assert (two.ticket.contact_id, two.ticket.tier) == ("C1", "一级")
    assert anna.conversation is not None
    assert anna.conversation.contact_id == "C1"
    assert find(two, "C2").contact.id == "C1"


def test_a_finished_ticket_says_that_its_customer_was_merged(two: Scene) -> None:
    anna = two.visitor()
    anna.identify("C2")
    anna.say("转人工")
    two.withdraw()
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    assert two.ticket.contact_id == "C1"
    assert [row.kind for row in two.read(history_of, two.ticket.id)][-1] == "customer_merged"


def test_both_numbers_find_the_one_who_is_left_also_after_the_next_import(two: Scene) -> None:
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    save(two, replace(ZHOU_AGAIN, phone="13800000003"))
    for phone in ("13800000001", "13800000003"):
        found = two.read(find_all_by_phone, two.vault, two.policy, phone, two.now)
        assert [each.contact.id for each in found] == ["C1"]
    assert find(two, "C2").contact.phone == "13800000001"


def test_whoever_comes_with_the_id_left_behind_is_the_other(two: Scene) -> None:
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    ben = two.visitor("ben")
    ben.identify("C2")
    assert ben.conversation is not None
    assert ben.conversation.contact_id == "C1"


def test_an_id_merged_twice_finds_the_last(two: Scene) -> None:
    save(two, replace(ZHOU, id="C3", phone=None))
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    two.write(merge_contacts, two.rules, "C1", "C3", "li", two.now)
    assert find(two, "C2").contact.id == "C3"


def test_merging_organisations_moves_people_items_and_notes_and_computes_the_tier_anew(two: Scene) -> None:
    anna = two.visitor()
    anna.identify("C2")
    anna.say("转人工")
    left, kept = find(two, "C2").organisation.id, find(two, "C1").organisation.id
    two.write(items.save_items, left, [CustomerItem("order", "A1", "墨粉")], two.now)
    two.write(add_note, two.vault, left, "C2", "周五不接电话", "李", two.now)
    merged = two.write(merge_organisations, two.rules, "C2", "C1", "li", two.now)
    assert (merged.contacts, merged.customer.organisation.name) == (1, "江海银行")
    assert (two.ticket.contact_id, two.ticket.tier) == ("C2", "一级")
    assert [each.number for each in two.read(items.items_of, kept)] == ["A1"]
    assert [each.text for each in two.read(notes_on, two.vault, kept)] == ["周五不接电话"]


def test_a_crm_that_still_writes_the_old_name_finds_the_survivor_and_renames_nothing(two: Scene) -> None:
    two.write(merge_organisations, two.rules, "C2", "C1", "li", two.now)
    save(two, replace(ZHOU_AGAIN, id="C4", contact="许雅琴"))
    assert find(two, "C4").organisation.id == find(two, "C1").organisation.id
    assert find(two, "C1").organisation.name == "江海银行"


def test_a_patch_of_what_was_merged_away_renames_nobody_and_moves_no_number(two: Scene) -> None:
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    save(two, replace(ZHOU_AGAIN, id="C3", contact="许雅琴", phone=None))
    two.write(merge_organisations, two.rules, "C1", "C3", "li", two.now)
    patch = CustomerPatch("C2", organisation="江海银行", contact="周先生", phone="13800000009", annual_amount=20_000)
    applied = two.write(apply_patch, two.rules, patch, two.now, "cli")
    assert applied.collisions == ()
    found = find(two, "C1")
    assert (found.organisation.name, found.contact.name) == ("江海银行有限公司", "周文博")
    assert (found.contact.phone, applied.customer.contact.phone) == ("13800000001", "13800000009")


def test_where_one_person_is_enough_a_hand_set_tier_is_taken_over_where_there_is_none(two: Scene) -> None:
    alone = replace(two.policy, tier_rules=replace(two.policy.tier_rules, approval="one_person"))
    two.rules = replace(two.rules, policy=alone)
    save(two, replace(ZHOU_AGAIN, manual=ManualTier("特级", "框架协议", date(2027, 3, 31)), agent="wang"))
    two.write(merge_organisations, two.rules, "C2", "C1", "li", two.now)
    found = find(two, "C1")
    assert (found.tier, found.organisation.agent) == ("特级", "wang")


def test_the_named_agent_is_taken_over_where_there_is_none(two: Scene) -> None:
    save(two, replace(ZHOU_AGAIN, agent="wang"))
    two.write(merge_organisations, two.rules, "C2", "C1", "li", two.now)
    assert find(two, "C1").organisation.agent == "wang"


@pytest.mark.parametrize(
    ("move", "from_id", "into_id", "sentence"),
    [
        (merge_contacts, "C1", "C1", "C1 cannot be merged into itself; name two contacts."),
        (merge_contacts, "C9", "C1", 'There is no customer "C9"; `jiedai customers list` shows those there are.'),
        (merge_organisations, "C1", "C9", 'There is no customer "C9"; `jiedai customers list` shows those there are.'),
        (merge_organisations, "C1", "C1", "C1 and C1 belong to one organisation already."),
    ],
)
def test_what_cannot_be_merged_is_refused_in_a_sentence(
    two: Scene, move: object, from_id: str, into_id: str, sentence: str
) -> None:
    with pytest.raises((MergeRefused, NoSuchContact)) as refused:
        two.write(move, two.rules, from_id, into_id, "li", two.now)
    assert str(refused.value) == sentence


FRAMEWORK = ManualTier("特级", "框架协议", date(2027, 3, 31))
TRIAL = ManualTier("二级", "试用", date(2026, 12, 31))


@pytest.mark.parametrize("move", [merge_contacts, merge_organisations])
@pytest.mark.parametrize(
    ("given_up", "kept", "found"),
    [
        (FRAMEWORK, None, "that of C2 has 特级 2027-03-31, that of C1 has none"),
        (None, FRAMEWORK, "that of C2 has none, that of C1 has 特级 2027-03-31"),
        (TRIAL, FRAMEWORK, "that of C2 has 二级 2026-12-31, that of C1 has 特级 2027-03-31"),
        (
            replace(FRAMEWORK, expires=date(2027, 6, 1)),
            FRAMEWORK,
            "that of C2 has 特级 2027-06-01, that of C1 has 特级 2027-03-31",
        ),
    ],
)
def test_one_person_neither_spreads_nor_ends_a_hand_set_tier_by_a_merge(
    two: Scene, move: Any, given_up: ManualTier | None, kept: ManualTier | None, found: str
) -> None:
    save(two, replace(ZHOU, manual=kept), replace(ZHOU_AGAIN, manual=given_up))
    before = [find(two, each).tier for each in ("C1", "C2")]
    with pytest.raises(MergeRefused) as refused:
        two.write(move, two.rules, "C2", "C1", "li", two.now)
    assert str(refused.value) == (
        f"The organisations have different tiers set by hand ({found}), and a merge by one person may not change"
        " whom one is for; wish for the same tier and last day for both, or for the end, and merge once a second"
        " person has agreed."
    )
    assert [find(two, each).tier for each in ("C1", "C2")] == before


def test_organisations_for_which_the_same_tier_is_agreed_are_merged(two: Scene) -> None:
    save(two, replace(ZHOU_AGAIN, manual=FRAMEWORK))
    of = find(two, "C1").organisation.id
    assert two.write(tier_moves.wish_tier, two.rules, of, FRAMEWORK, "li", two.now) == "waiting"
    (waiting,) = two.read(waiting_proposals)
    two.write(tier_moves.approve, two.rules, waiting.id, "wang", two.now)
    two.write(merge_organisations, two.rules, "C2", "C1", "li", two.now)
    assert [find(two, each).tier for each in ("C1", "C2")] == ["特级", "特级"]


def test_a_merge_beside_an_agreement_to_a_tier_sees_it(postgres_scene: Scene) -> None:
    scene = postgres_scene
    save(scene, ZHOU, ZHOU_AGAIN)
    of = find(scene, "C1").organisation.id
    scene.write(tier_moves.wish_tier, scene.rules, of, FRAMEWORK, "li", scene.now)
    (waiting,) = scene.read(waiting_proposals)
    _, refused = both_at_once(
        scene,
        lambda db: tier_moves.approve(db, scene.rules, waiting.id, "wang", scene.now),
        lambda db: merge_organisations(db, scene.rules, "C2", "C1", "li", scene.now),
    )
    assert isinstance(refused, MergeRefused)


def test_where_one_person_is_enough_two_different_tiers_set_by_hand_are_not_merged(two: Scene) -> None:
    alone = replace(two.policy, tier_rules=replace(two.policy.tier_rules, approval="one_person"))
    two.rules = replace(two.rules, policy=alone)
    save(two, replace(ZHOU, manual=FRAMEWORK), replace(ZHOU_AGAIN, manual=TRIAL))
    for move in (merge_contacts, merge_organisations):
        with pytest.raises(MergeRefused) as refused:
            two.write(move, two.rules, "C2", "C1", "li", two.now)
        assert str(refused.value) == (
            "The organisations of C2 and C1 have different tiers set by hand"
            " (二级 until 2026-12-31, 特级 until 2027-03-31); end one of them first."
        )


def test_what_was_merged_already_is_not_merged_again(two: Scene) -> None:
    save(two, replace(ZHOU, id="C3", phone=None))
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    told = []
    for into_id in ("C1", "C3"):
        with pytest.raises(MergeRefused) as refused:
            two.write(merge_contacts, two.rules, "C2", into_id, "li", two.now)
        told.append(str(refused.value))
    assert told == ["C2 was merged into C1 already.", "C2 was merged into C1 already; merge that one."]


def test_a_contact_with_open_tickets_is_not_removed(two: Scene) -> None:
    anna = two.visitor()
    anna.identify("C1")
    anna.say("转人工")
    with pytest.raises(RemovalRefused) as refused:
        two.write(remove_contact, two.rules, "C1", "li", two.now)
    assert str(refused.value) == f"C1 still has open tickets (#{two.ticket.id}); resolve them first."


def test_the_number_of_whoever_left_proves_nothing_and_their_matters_stay_on_file(two: Scene) -> None:
    anna = two.visitor()
    anna.identify("C1")
    anna.say("转人工")
    two.withdraw()
    two.write(remove_contact, two.rules, "C1", "li", two.now)
    assert anna.conversation is not None
    assert (anna.conversation.contact_id, anna.conversation.proof) == (None, None)
    assert two.read(find_all_by_phone, two.vault, two.policy, "13800000001", two.now) == []
    assert two.ticket.contact_id == "C1"
    anna.identify("C1")
    assert anna.conversation.contact_id is None
    with pytest.raises(RemovalRefused) as refused:
        two.write(remove_contact, two.rules, "C1", "li", two.now)
    assert str(refused.value) == "C1 has been removed already."


def test_whoever_the_crm_describes_again_is_back(two: Scene) -> None:
    two.write(remove_contact, two.rules, "C1", "li", two.now)
    save(two, ZHOU)
    found = two.read(find_all_by_phone, two.vault, two.policy, "13800000001", two.now)
    assert [each.contact.id for each in found] == ["C1"]


def test_nobody_merges_into_a_contact_who_left(two: Scene) -> None:
    two.write(remove_contact, two.rules, "C1", "li", two.now)
    with pytest.raises(MergeRefused) as refused:
        two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    assert str(refused.value) == "C1 has left; merge into a contact who is there."


def test_the_journal_says_who_merged_and_removed_and_holds_no_name(two: Scene) -> None:
    two.write(merge_contacts, two.rules, "C2", "C1", "li", two.now)
    (line,) = two.read(find_lines, JournalFilter(subject="customer:C2"), 10)
    told = {"into": "C1", "conversations": 0, "tickets": 0}
    assert (line.what, line.by, line.after) == ("customer merged", "li", told)


@pytest.mark.parametrize("move", [("C2", "C1"), ("C1", "C2")])
def test_a_complaint_is_closed_to_who_held_a_matter_of_the_contact_merged_with_its_own(
    two: Scene, move: tuple[str, str]
) -> None:
    held, _handler = two.staff("li"), two.staff("han")
    for address, contact in (("anna", "C2"), ("ben", "C1")):
        two.visitor(address).identify(contact)
    two.visitor("anna").say("转人工")
    two.act(held, Claim())
    two.visitor("ben").say("我要投诉你们的技术员，他向我索要红包")
    complaint = two.ticket
    assert (complaint.complaint, complaint.closed) == (True, frozenset())
    two.write(merge_contacts, two.rules, *move, "wu", two.now)
    assert two.read(get_ticket, complaint.id).closed == {held.id}


def test_nobody_reads_on_the_computer_of_a_contact_who_left_what_they_wrote(two: Scene) -> None:
    for channel, address in (("web", "anna"), ("telegram", "77")):
        two.write(identify, two.rules, channel, address, "C1", "token", two.now)
    anna, chat = two.visitor("anna"), two.visitor("77", "telegram")
    anna.say("怎么开发票")
    two.write(remove_contact, two.rules, "C1", "li", two.now)
    assert anna.lines() == chat.lines() == []
    two.write(identify, two.rules, "web", "anna", "C2", "token", two.now)
    assert anna.lines() == []
    chat.say("怎么查订单")
    assert "怎么查订单" not in [line.text for line in anna.lines()]


@pytest.mark.parametrize("move", [merge_contacts, merge_organisations])
def test_two_who_merge_the_same_customers_into_each_other_make_no_circle(postgres_scene: Scene, move: Any) -> None:
    scene = postgres_scene
    save(scene, ZHOU, ZHOU_AGAIN)
    _, refused = both_at_once(
        scene,
        lambda db: move(db, scene.rules, "C1", "C2", "li", scene.now),
        lambda db: move(db, scene.rules, "C2", "C1", "han", scene.now),
    )
    assert isinstance(refused, MergeRefused)
    assert find(scene, "C1").organisation == find(scene, "C2").organisation
