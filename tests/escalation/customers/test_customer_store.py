"""Customers are written sealed, found again, and moved between tiers: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text

from escalation.customers import customer_locks, customer_store
from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.customer_store import (
    TierChange,
    find_all_by_phone,
    find_customer,
    list_contact_ids,
    save_customer,
)
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.customers.tier_history import tier_history
from escalation.policy.model import Adjustment, Dialogue, Policy
from escalation.policy.tiers import Criteria, Tier
from escalation.vault import Vault, VaultError

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
VAULT = Vault({"k1": b"1" * 32}, "k1", b"L" * 32)
BANDS = {"特级": 5_000_000, "一级": 1_000_000, "二级": 100_000, "三级": 0}
ZHOU = CustomerRecord("C1001", "江海银行", "周文博", 2_800_000, 26, 4, 4, "138 0000 0001", "zhou@example.com")
XU = replace(ZHOU, id="C1002", contact="许雅琴", phone="13800000002", email=None)


def policy() -> Policy:
    gap = timedelta(hours=1)
    tiers = {
        name: Tier(name, rank, "全天", "answers", Criteria(bar, None, {}), ())
        for rank, (name, bar) in enumerate(BANDS.items(), start=1)
    }
    return Policy(
        name="样例",
        version="1",
        zone=ZoneInfo("Asia/Shanghai"),
        default_tier="三级",
        calendars={},
        tiers=tiers,
        adjustment=Adjustment(raise_from=5, lower_to=1),
        queues={},
        routes=(),
        topics={},
        urgencies={},
        default_urgency="normal",
        facts={},
        dialogue=Dialogue(0.86, 0.6, 5, 2, gap, gap, gap, "每日"),
        words={},
        wording={},
    )


POLICY = policy()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'test.db'}")
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    else:
        engine = create_engine(request.getfixturevalue("postgres")())
    tables = [organisations, contacts, tier_history]
    organisations.metadata.create_all(engine, tables)
    yield engine
    organisations.metadata.drop_all(engine, tables)
    engine.dispose()


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def save(db: Connection, *records: CustomerRecord, now: datetime = NOW) -> tuple[TierChange, ...]:
    return tuple(change for record in records for change in save_customer(db, VAULT, POLICY, record, now).tier_changes)


def test_a_saved_customer_is_found_as_the_crm_described_them(db: Connection) -> None:
    saved = save_customer(db, VAULT, POLICY, ZHOU, NOW)
    found = find_customer(db, VAULT, POLICY, "C1001", NOW)
    assert saved.created
    assert saved.tier_changes == ()
    assert found == saved.customer
    assert (found.contact.name, found.contact.phone, found.contact.email) == (
        "周文博",
        "138 0000 0001",
        "zhou@example.com",
    )
    assert (found.organisation.name, found.tier) == ("江海银行", "一级")
    assert found.tier_reason == "年采购额 280 万元（一级标准 ≥ 100 万元），影响力 4、复杂度 4，不作调整"


def test_tier_and_reason_are_stored_in_words(db: Connection) -> None:
    save(db, ZHOU)
    row = db.execute(select(organisations)).one()
    assert (row.tier, row.tier_reason) == (
        "一级",
        "年采购额 280 万元（一级标准 ≥ 100 万元），影响力 4、复杂度 4，不作调整",
    )


def test_nobody_reads_a_name_phone_or_e_mail_in_the_database(db: Connection) -> None:
    save(db, ZHOU)
    stored = [*db.execute(select(organisations)).one(), *db.execute(select(contacts)).one()]
    everything = " ".join(map(str, stored))
    # Parts long enough not to be met by chance in what is sealed.
    assert not any(secret in everything for secret in ("江海", "周文博", "138000", "138 0000", "zhou@"))


def test_text_copied_from_another_contacts_row_does_not_open(db: Connection) -> None:
    save(db, ZHOU, XU)
    db.execute(text("UPDATE contacts SET name = (SELECT name FROM contacts WHERE id = 'C1001') WHERE id = 'C1002'"))
    with pytest.raises(VaultError, match=r"^contacts\.name of row C1002 cannot be read"):
        find_customer(db, VAULT, POLICY, "C1002", NOW)


def test_nobody_is_found_under_an_unknown_id(db: Connection) -> None:
    save(db, ZHOU)
    assert find_customer(db, VAULT, POLICY, "C9999", NOW) is None
    assert find_customer(db, VAULT, POLICY, "' OR 1=1 --", NOW) is None


def test_contacts_of_one_organisation_share_it_however_it_is_spelt(db: Connection) -> None:
    save(db, ZHOU, replace(XU, organisation=" 江海　银行"))
    first = find_customer(db, VAULT, POLICY, "C1001", NOW)
    second = find_customer(db, VAULT, POLICY, "C1002", NOW)
    assert first
    assert second
    assert first.organisation == second.organisation
    assert len(db.execute(select(organisations)).all()) == 1


def test_saving_the_same_twice_creates_nothing_and_changes_no_tier(db: Connection) -> None:
    first = save_customer(db, VAULT, POLICY, ZHOU, NOW)
    again = save_customer(db, VAULT, POLICY, ZHOU, NOW)
    assert (again.created, again.tier_changes) == (False, ())
    assert again.customer == first.customer
    assert list_contact_ids(db) == ("C1001",)


def test_a_changed_figure_moves_every_contact_of_the_organisation_once(db: Connection) -> None:
    save(db, ZHOU, XU)
    richer = [replace(record, annual_amount=6_200_000) for record in (ZHOU, XU)]
    assert save(db, *richer) == (TierChange("C1001", "一级", "特级"), TierChange("C1002", "一级", "特级"))


def test_a_contact_who_changes_employer_takes_the_new_ones_tier(db: Connection) -> None:
    save(db, ZHOU, XU)
    moved = replace(ZHOU, organisation="小满图文店", annual_amount=46_000)
    assert save(db, moved) == (TierChange("C1001", "一级", "三级"),)
    found = find_customer(db, VAULT, POLICY, "C1001", NOW)
    stayed = find_customer(db, VAULT, POLICY, "C1002", NOW)
    assert found
    assert stayed
    assert (found.organisation.name, found.tier, stayed.tier) == ("小满图文店", "三级", "一级")


def test_a_manual_tier_ends_without_anybody_saving_again(db: Connection) -> None:
    save(db, replace(ZHOU, manual=ManualTier("特级", "框架协议", date(2026, 12, 31))))
    during = find_customer(db, VAULT, POLICY, "C1001", NOW)
    after = find_customer(db, VAULT, POLICY, "C1001", NOW + timedelta(days=60))
    assert during
    assert after
    assert (during.tier, during.tier_reason) == ("特级", "人工指定为特级：框架协议（有效期至 2026-12-31）")
    assert (after.tier, after.tier_reason) == (
        "一级",
        "年采购额 280 万元（一级标准 ≥ 100 万元），影响力 4、复杂度 4，不作调整；人工指定的特级已于 2026-12-31 到期",
    )


def test_a_manual_tier_that_was_taken_back_is_gone(db: Connection) -> None:
    save(db, replace(ZHOU, manual=ManualTier("特级", "框架协议", date(2026, 12, 31))))
    assert save(db, ZHOU) == (TierChange("C1001", "特级", "一级"),)
    found = find_customer(db, VAULT, POLICY, "C1001", NOW)
    assert found
    assert found.organisation.manual is None


def test_a_tier_set_by_hand_leaves_its_line_in_the_history_of_a_new_organisation_too(db: Connection) -> None:
    by_hand = replace(ZHOU, manual=ManualTier("特级", "框架协议", date(2026, 12, 31)))
    save(db, by_hand, by_hand)
    save(db, replace(by_hand, manual=ManualTier("特级", "续签", date(2027, 12, 31))))
    save(db, replace(by_hand, manual=ManualTier("特级", "过期的", date(2020, 12, 31))))
    columns = ("kind", "tier_before", "tier_after", "reason", "proposed_by", "expires")
    query = select(*(tier_history.c[name] for name in columns)).order_by(tier_history.c.id)
    figures = customer_store.find_customer(db, VAULT, policy(), ZHOU.id, NOW)
    assert figures is not None
    assert [tuple(row) for row in db.execute(query)][:2] == [
        ("set", figures.tier, "特级", "框架协议", "system", date(2026, 12, 31)),
        ("set", "特级", "特级", "续签", "system", date(2027, 12, 31)),
    ]
    assert [row.kind for row in db.execute(query)][2:] == ["figures"]


@pytest.mark.parametrize("typed", ["13800000001", "+86 138-0000-0001", "１３８００００００01", "008613800000001"])
def test_a_customer_is_found_by_phone_however_it_is_typed(db: Connection, typed: str) -> None:
    save(db, ZHOU, XU)
    [found] = find_all_by_phone(db, VAULT, POLICY, typed, NOW)
    assert found.contact.id == "C1001"


def test_a_main_number_finds_each_with_an_extension_of_it_and_an_extension_only_its_own(db: Connection) -> None:
    save(db, replace(ZHOU, phone="0571-88880000-801"), replace(XU, phone="0571-88880000转802"))

    def found(phone: str, *, whole: bool = False) -> list[str]:
        every = find_all_by_phone(db, VAULT, POLICY, phone, NOW, whole=whole)
        return [each.contact.id for each in every]

    assert found("0571 8888 0000") == ["C1001", "C1002"]
    assert found("+86 571 88880000 ext 801") == ["C1001"]
    assert found("0571-88880000-803") == []
    assert found("0571-88880000", whole=True) == []


@pytest.mark.parametrize("typed", ["13800000009", "", "没有", "+1 380 000 0001"])
def test_nobody_is_found_by_a_phone_that_nobody_has(db: Connection, typed: str) -> None:
    save(db, ZHOU, replace(XU, phone=None))
    assert find_all_by_phone(db, VAULT, POLICY, typed, NOW) == []


def test_every_contact_with_a_phone_is_found_in_the_order_of_their_ids(db: Connection) -> None:
    save(db, replace(XU, phone="+8613800000001", organisation="小满图文店"), ZHOU)
    found = find_all_by_phone(db, VAULT, POLICY, "138 0000 0001", NOW)
    assert [(each.contact.id, each.organisation.name) for each in found] == [
        ("C1001", "江海银行"),
        ("C1002", "小满图文店"),
    ]
    assert find_all_by_phone(db, VAULT, POLICY, "没有", NOW) == []


def test_a_phone_and_e_mail_that_were_removed_find_nobody(db: Connection) -> None:
    save(db, ZHOU)
    save(db, replace(ZHOU, phone=None, email=None))
    assert find_all_by_phone(db, VAULT, POLICY, "13800000001", NOW) == []
    row = db.execute(select(contacts)).one()
    assert (row.phone, row.phone_mac, row.email, row.email_mac) == (None, None, None, None)


def test_saving_again_seals_everything_with_the_current_key(db: Connection) -> None:
    save(db, ZHOU)
    rotated = Vault({"k1": b"1" * 32, "k2": b"2" * 32}, "k2", b"L" * 32)
    before = find_customer(db, rotated, POLICY, "C1001", NOW)
    save_customer(db, rotated, POLICY, ZHOU, NOW)
    contact, organisation = db.execute(select(contacts)).one(), db.execute(select(organisations)).one()
    sealed = (contact.name, contact.phone, contact.email, organisation.name)
    assert all(text.startswith("k2.") for text in sealed)
    assert find_customer(db, rotated, POLICY, "C1001", NOW) == before


@pytest.mark.parametrize("evil", ["'; DROP TABLE contacts;--", "<script>alert(1)</script>", '"\\%_'])
def test_sql_and_html_are_text_like_any_other(db: Connection, evil: str) -> None:
    record = replace(ZHOU, id=evil, organisation=evil, contact=evil, manual=ManualTier("二级", evil, date(2027, 1, 1)))
    saved = save_customer(db, VAULT, POLICY, record, NOW)
    assert find_customer(db, VAULT, POLICY, evil, NOW) == saved.customer
    assert saved.customer.contact.name == evil


def test_an_organisation_that_another_replica_wrote_meanwhile_is_shared(
    db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(db, ZHOU)
    look, looks = customer_store._lock_organisation, iter([True])
    monkeypatch.setattr(
        customer_store, "_lock_organisation", lambda db, mac: None if next(looks, False) else look(db, mac)
    )
    save(db, XU)
    assert len(db.execute(select(organisations)).all()) == 1
    assert list_contact_ids(db) == ("C1001", "C1002")


def test_nothing_is_kept_of_a_save_that_is_rolled_back(engine: Engine) -> None:
    with engine.connect() as db:
        save(db, ZHOU)
        db.rollback()
        assert list_contact_ids(db) == ()


def test_contact_ids_come_in_order(db: Connection) -> None:
    save(db, XU, ZHOU)
    assert list_contact_ids(db) == ("C1001", "C1002")


@pytest.mark.parametrize("id_", ["\0", "C1\0", "\ud800"])
def test_nobody_is_found_by_what_no_database_takes(db: Connection, id_: str) -> None:
    assert find_customer(db, VAULT, policy(), id_, NOW) is None
    customer_locks.lock_organisations_of(db, [id_])
