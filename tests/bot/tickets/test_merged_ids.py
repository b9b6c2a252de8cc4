"""Every column that names a contact or an organisation follows when two become one, or says why it stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Connection, insert, select

from bot.auth import one_time_codes
from bot.migrations.schema import all_metadata
from bot.notifications.tier_notices import tier_notices
from bot.tickets.customer_changes import merge_contacts, merge_organisations, remove_contact
from bot.tickets.customer_details import add_note, put_items, set_details
from bot.tickets.tier_changes import apply_patch
from bot.transcript import conversations, joining
from bot.transcript.addresses import CONTACT
from escalation.customers import data_requests, items, manual_tiers, service_teams, tier_proposals
from escalation.customers.consents import Consent, Whose, consents_of, record_consent
from escalation.customers.customer_notes import notes_on
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.customer_store import find_customer, save_customer
from escalation.customers.holds import add_hold
from escalation.customers.items import CustomerItem
from escalation.customers.model import Customer, CustomerRecord, ManualTier
from escalation.customers.tier_history import history_of, tier_history
from escalation.surveys import survey_consents, survey_store
from escalation.tickets.sent_steps import insert_sent
from tests.bot.scene import Scene

GOES, STAYS = "goes with them", "stays: "

OF_CONTACTS = {
    "conversations.contact_id": GOES,
    "tickets.contact_id": GOES,
    "customer_notes.contact_id": GOES,
    "tier_notices.contact_id": GOES,
    "sent_steps.contact_id": GOES,
    "surveys.contact_id": GOES,
    "survey_consents.contact_id": GOES,
    "consents.contact_id": GOES,
    "data_requests.contact_id": GOES,
    "holds.contact_id": GOES,
    "contacts.merged_into": GOES,
    "conversation_addresses.address": GOES,
    "link_codes.subject": GOES,
    "budget_uses.purse": STAYS + "whom they became has a budget of their own, and what is used up is back in an hour",
    "journal_lines.subject": STAYS + "a line says what was known when it was written, and its chain holds it",
    "journal_heads.subject": STAYS + "the head of that chain",
}
OF_ORGANISATIONS = {
    "contacts.organisation_id": GOES,
    "conversations.organisation_id": GOES,
    "customer_items.organisation_id": GOES,
    "customer_notes.organisation_id": GOES,
    "service_teams.organisation_id": GOES,
    "organisations.merged_into": GOES,
    "tier_proposals.organisation_id": STAYS + "what was decided; what waits goes, as the next test says",
    "tier_history.organisation_id": STAYS + "never changed once written; `history_of` reads those merged as well",
    "journal_lines.subject": STAYS + "a line says what was known when it was written, and its chain holds it",
    "journal_heads.subject": STAYS + "the head of that chain",
}
# Columns that hold such an id under another name, beside others; found by reading the code.
DISGUISED = {
    "contacts": ("conversation_addresses.address", "link_codes.subject", "budget_uses.purse"),
    "organisations": (),
}
JOURNAL = ("journal_lines.subject", "journal_heads.subject")

ZHOU = CustomerRecord("C1", "江海银行", "周文博", 2_800_000, 26, 4, 4, "13800000001")
ZHOU_AGAIN = CustomerRecord("C2", "江海银行有限公司", "周文博", 20_000, 2, 2, 2, "13800000002")
PHONE = "13800000003"


def columns() -> Iterable[Column[Any]]:
    return (column for metadata in all_metadata() for table in metadata.sorted_tables for column in table.columns)


def names_of_columns(table: str) -> set[str]:
    """Every column that names a row of this table, by a foreign key or by what it is called."""
    singular = table.removesuffix("s")
    named = {
        str(column)
        for column in columns()
        if column.name.startswith(f"{singular}_id")
        or any(key.column.table.name == table for key in column.foreign_keys)
    }
    return named | set(DISGUISED[table]) | set(JOURNAL)


@pytest.mark.parametrize(("table", "known"), [("contacts", OF_CONTACTS), ("organisations", OF_ORGANISATIONS)])
def test_every_column_that_names_one_of_them_is_listed(table: str, known: dict[str, str]) -> None:
    assert names_of_columns(table) == set(known)


def find(scene: Scene, contact_id: str) -> Customer:
    found = scene.read(find_customer, scene.vault, scene.policy, contact_id, scene.now)
    assert found is not None
    return found


def house(scene: Scene, contact_id: str) -> str:
    return find(scene, contact_id).organisation.id


def wish(scene: Scene, contact_id: str, tier: str, by: str, reason: str = "战略合作") -> None:
    wished = ManualTier(tier, reason, date(2027, 12, 31))
    scene.write(manual_tiers.wish_tier, scene.policy, house(scene, contact_id), wished, by, scene.now)


@pytest.fixture
def full(scene_anywhere: Scene) -> Scene:
    """C1 and C2, of two organisations; C2 and theirs are named wherever one can be."""
    scene = scene_anywhere
    records = [ZHOU, ZHOU_AGAIN]
    records += [replace(ZHOU_AGAIN, id=each, contact="前台", phone=PHONE) for each in ("C8", "C9")]
    records += [replace(ZHOU_AGAIN, id="C7", contact="老周", phone=None)]
    for record in records:
        scene.write(save_customer, scene.vault, scene.policy, record, scene.now)
    scene.write(merge_contacts, scene.rules, "C7", "C2", "li", scene.now)
    scene.visitor("4711", "telegram").identify("C2")
    scene.visitor("4711", "telegram").say("转人工")
    stranger = scene.visitor("4712", "telegram")
    stranger.send("contact", phone=PHONE)
    stranger.say("转人工")
    scene.write(conversations.lock_conversation_of_contact, "C2", scene.now)
    scene.write(add_note, scene.rules, "C2", "周五不接电话", "李", "li", scene.now)
    scene.write(put_items, scene.rules, "C2", [CustomerItem("order", "A1", "墨粉")], "li", scene.now)
    scene.write(set_details, scene.rules, "C2", "li", scene.now, note="声音小", preferred_channel="phone")
    scene.write(service_teams.set_post, house(scene, "C2"), "wang", "客户经理")
    scene.write(one_time_codes.issue, "s", "customer", "C2", scene.now)
    sender = scene.staff("zhao")
    scene.write(
        insert_sent, scene.ticket.id, (scene.ticket.conversation_id, "C2"), "progress", None, sender.id, scene.now
    )
    scene.write(_owe, "C2", house(scene, "C2"), scene.now)
    scene.write(survey_store.insert_once, "2026-Q4", "web", "C2", scene.ticket.conversation_id, scene.now)
    scene.write(survey_consents.set_wanted, "C2", "web", scene.now, wanted=False)
    scene.write(record_consent, Whose("C2"), Consent("sensitive", True, scene.now, "1", "web", "customer"))
    scene.write(add_hold, contact_id="C2", ground="诉讼", until=date(2027, 12, 31), by="lin", at=scene.now)
    scene.write(data_requests.add_request, "export", "C2", "web", "customer", scene.now, scene.now)
    return scene


def _owe(db: Connection, contact_id: str, organisation_id: str, now: Any) -> None:
    values = {"organisation_id": organisation_id, "at": now, "kind": "figures", "tier_before": "二级"}
    values |= {"tier_after": "三级", "reason": "", "proposed_by": "", "decided_by": ""}
    step = db.execute(insert(tier_history).values(values).returning(tier_history.c.id)).scalar_one()
    db.execute(insert(tier_notices).values(step_id=step, contact_id=contact_id))


def holders(scene: Scene, known: dict[str, str], value: str) -> set[str]:
    """The columns that go, in which a row has this value."""
    here = {str(column): column for column in columns() if known.get(str(column)) == GOES}

    def look(db: Connection) -> set[str]:
        return {
            name
            for name, column in here.items()
            if db.scalar(select(column).where(column == value).limit(1)) is not None
        }

    found: set[str] = scene.read(look)
    return found


def going(known: dict[str, str]) -> set[str]:
    return {name for name, fate in known.items() if fate == GOES}


def test_after_contacts_are_merged_nothing_names_the_one_left_behind(full: Scene) -> None:
    assert holders(full, OF_CONTACTS, "C2") == going(OF_CONTACTS)
    full.write(merge_contacts, full.rules, "C2", "C1", "li", full.now)
    assert holders(full, OF_CONTACTS, "C2") == set()
    assert holders(full, OF_CONTACTS, "C1") == going(OF_CONTACTS)


def test_after_organisations_are_merged_nothing_names_the_one_left_behind(full: Scene) -> None:
    left, kept = house(full, "C2"), house(full, "C1")
    full.write(save_customer, full.vault, full.policy, replace(ZHOU_AGAIN, id="C6", organisation="江海"), full.now)
    full.write(merge_organisations, full.rules, "C6", "C2", "li", full.now)
    assert holders(full, OF_ORGANISATIONS, left) == going(OF_ORGANISATIONS)
    full.write(merge_organisations, full.rules, "C2", "C1", "li", full.now)
    assert holders(full, OF_ORGANISATIONS, left) == set()
    assert holders(full, OF_ORGANISATIONS, kept) == going(OF_ORGANISATIONS)


def test_a_remark_and_a_preferred_channel_are_taken_over_where_there_is_none(full: Scene) -> None:
    full.write(set_details, full.rules, "C1", "li", full.now, preferred_channel="email")
    full.write(merge_contacts, full.rules, "C2", "C1", "li", full.now)
    contact = find(full, "C1").contact
    assert (contact.note, contact.preferred_channel) == ("声音小", "email")


def test_of_two_who_were_asked_in_one_quarter_one_survey_is_left_to_whom_they_became(full: Scene) -> None:
    number = full.write(survey_store.insert_once, "2026-Q4", "web", "C1", 1, full.now)
    full.write(merge_contacts, full.rules, "C2", "C1", "li", full.now)
    kept = full.read(survey_store.latest_of_contact, "C1")
    assert (kept.id, full.read(survey_store.get_survey, 1).contact_id) == (number, None)
    assert not full.read(survey_consents.wants_surveys, "C1")
    assert list(full.read(consents_of, Whose("C1"))) == ["sensitive"]


def test_a_code_of_the_id_left_behind_opens_the_page_of_the_other(full: Scene) -> None:
    code = full.write(one_time_codes.issue, "s", "customer", "C2", full.now)
    full.write(merge_contacts, full.rules, "C2", "C1", "li", full.now)
    assert full.write(one_time_codes.redeem, "s", "customer", code, full.now) == "C1"


def test_two_contacts_with_a_conversation_each_have_one_soon_after(full: Scene) -> None:
    full.visitor("ben").identify("C1")
    full.write(merge_contacts, full.rules, "C2", "C1", "li", full.now)
    assert full.read(conversations.find_conversation, CONTACT, "C2") is None
    assert full.read(joining.scattered) == "C1"


def test_whoever_is_owed_word_twice_is_told_once(full: Scene) -> None:
    full.write(_owe, "C1", house(full, "C1"), full.now)
    full.write(merge_contacts, full.rules, "C2", "C1", "li", full.now)
    assert full.read(lambda db: db.scalars(select(tier_notices.c.contact_id)).all()) == ["C1"]


def test_a_waiting_wish_waits_on_for_the_survivor(full: Scene) -> None:
    wish(full, "C2", "特级", "zhang")
    full.write(merge_organisations, full.rules, "C2", "C1", "li", full.now)
    (waiting,) = full.read(tier_proposals.waiting_proposals)
    assert (waiting.organisation_id, waiting.tier, waiting.proposed_by) == (house(full, "C1"), "特级", "zhang")
    full.write(manual_tiers.approve, full.policy, waiting.id, "wang", full.now)
    assert find(full, "C1").tier == "特级"


def test_of_two_waiting_wishes_the_survivors_goes_on_and_the_history_says_so(full: Scene) -> None:
    wish(full, "C2", "特级", "zhang")
    wish(full, "C1", "二级", "zhao")
    full.write(merge_organisations, full.rules, "C2", "C1", "li", full.now)
    assert [each.tier for each in full.read(tier_proposals.waiting_proposals)] == ["二级"]
    steps = full.read(history_of, house(full, "C1"))
    (gave_way,) = [step for step in steps if step.kind == "replaced"]
    assert (gave_way.wished, gave_way.proposed_by, gave_way.decided_by) == ("特级", "zhang", "li")


def test_an_approved_tier_its_history_and_its_team_are_the_survivors(full: Scene) -> None:
    for each in ("C2", "C1"):
        wish(full, each, "特级", "zhang")
        (waiting,) = full.read(tier_proposals.waiting_proposals)
        full.write(manual_tiers.approve, full.policy, waiting.id, "wang", full.now)
    full.write(merge_organisations, full.rules, "C2", "C1", "li", full.now)
    kept = house(full, "C1")
    assert find(full, "C1").organisation.manual == ManualTier("特级", "战略合作", date(2027, 12, 31))
    steps = [(step.kind, step.tier_before, step.tier_after) for step in full.read(history_of, kept)]
    assert {("approved", "三级", "特级"), ("approved", "一级", "特级")} <= set(steps)
    assert full.read(service_teams.teams_of, [kept]) == {kept: {"wang": "客户经理"}}
    assert {ticket.tier for ticket in full.tickets} == {"特级"}


@pytest.fixture
def alone(full: Scene) -> Scene:
    """Where one person decides on tiers set by hand."""
    policy = replace(full.policy, tier_rules=replace(full.policy.tier_rules, approval="one_person"))
    full.rules = replace(full.rules, policy=policy)
    return full


def test_a_tier_in_force_is_not_lost_to_one_that_has_run_out(alone: Scene) -> None:
    full = alone
    for record, manual in (
        (ZHOU, ManualTier("二级", "试用", full.now.date() - timedelta(days=1))),
        (ZHOU_AGAIN, ManualTier("特级", "框架协议", date(2027, 3, 31))),
    ):
        full.write(save_customer, full.vault, full.policy, replace(record, manual=manual), full.now)
    full.write(merge_organisations, full.rules, "C2", "C1", "li", full.now)
    assert find(full, "C1").tier == "特级"


def test_of_two_alike_the_one_that_ends_later_stays(alone: Scene) -> None:
    full = alone
    for record, month in ((ZHOU, 1), (ZHOU_AGAIN, 6)):
        manual = ManualTier("特级", "框架协议", date(2027, month, 1))
        full.write(save_customer, full.vault, full.policy, replace(record, manual=manual), full.now)
    full.write(merge_organisations, full.rules, "C2", "C1", "li", full.now)
    assert find(full, "C1").organisation.manual == ManualTier("特级", "框架协议", date(2027, 6, 1))


def test_what_a_private_customer_has_goes_to_their_organisation_but_not_their_tier(alone: Scene) -> None:
    full = alone
    patch = CustomerPatch("P1", contact="周文博", annual_amount=1_000)
    full.write(apply_patch, full.rules, patch, full.now, "cli")
    full.write(put_items, full.rules, "P1", [CustomerItem("device", "SN9", "打印机")], "li", full.now)
    full.write(add_note, full.rules, "P1", "常驻三楼", "李", "li", full.now)
    set_by_hand = replace(patch, manual=ManualTier("特级", "老客户", date(2027, 3, 31)))
    full.write(apply_patch, full.rules, set_by_hand, full.now, "cli zhang")
    full.write(merge_contacts, full.rules, "P1", "C1", "li", full.now)
    kept = house(full, "C1")
    assert [each.number for each in full.read(items.items_of, kept)] == ["SN9"]
    assert [each.text for each in full.read(notes_on, full.vault, kept)] == ["常驻三楼"]
    assert find(full, "C1").tier == "一级"


def test_nothing_leads_to_a_contact_who_left(full: Scene) -> None:
    for ticket in full.tickets:
        full.withdraw(ticket.id)
    code = full.write(one_time_codes.issue, "s", "chat", "C2", full.now)
    full.write(remove_contact, full.rules, "C2", "li", full.now)
    assert full.read(conversations.find_conversation, CONTACT, "C2") is None
    assert full.write(one_time_codes.redeem, "s", "chat", code, full.now) is None
