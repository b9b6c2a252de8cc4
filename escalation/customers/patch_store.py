"""Write what CRM records change of contacts and their organisations, many at a time, or see what they would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, select, update

from escalation.customers import manual_tiers, patch_state
from escalation.customers.crm_tables import CrmFaults
from escalation.customers.customer_patch import CustomerPatch, Patched, names_organisation, patched
from escalation.customers.customer_rows import NOTE, contact_row, contacts, organisation_row, organisations
from escalation.customers.customer_store import TierChange
from escalation.customers.model import Customer, ManualTier, Organisation, TierDecision, tier_of
from escalation.customers.patch_outcome import AppliedPatch, Outcome, Trial, collisions_of, run_out
from escalation.customers.patch_state import Stored
from escalation.customers.tier_history import Cause, write_move
from escalation.policy.model import Policy
from escalation.tables import insert_into
from escalation.vault import Vault


def write_patch(
    db: Connection,
    vault: Vault,
    policy: Policy,
    patch: CustomerPatch,
    now: datetime,
    by: str,
    *,
    overwrite: bool = False,
) -> AppliedPatch:
    """Write what one record changes; see `patched` for `overwrite`.

    Raises CrmFaults for what a new contact or a new organisation lacks.
    """
    [outcome] = write_patches(db, vault, policy, [patch], now, by, overwrite=overwrite)
    if isinstance(outcome, CrmFaults):
        raise outcome
    return outcome


def write_patches(
    db: Connection,
    vault: Vault,
    policy: Policy,
    patches: Sequence[CustomerPatch],
    now: datetime,
    by: str,
    *,
    overwrite: bool = False,
    trial: Trial | None = None,
) -> list[Outcome]:
    """Write what the records change, sealed with the current key; return what came of each.

    Known contacts come first, then those who bring an amount: a new organisation has it from any of its rows.

    A record of which nothing can be made has its faults in its place. What is as stored is not written again. With a
    `trial` nothing is written.
    """
    batch = _Batch(db, vault, policy, now, patch_state.load(db, vault, policy, patches, now, lock=trial is None))
    if trial is not None:
        for mac, house in trial.houses.items():
            batch.stored.take(mac, batch.stored.houses.get(house.id, house))
    batch.decide(sorted(patches, key=batch.comes_later), overwrite=overwrite)
    if trial is None and not batch.insert_organisations():
        # Another replica wrote one of the new organisations first; its row is there by now.
        return write_patches(db, vault, policy, patches, now, by, overwrite=overwrite)
    batch.settle_tiers(None if trial is not None else by)
    if trial is None:
        batch.update_organisations(by)
        batch.write_contacts()
    else:
        trial.houses = batch.new_houses()
    return batch.outcomes(trial)


@dataclass(slots=True)
class _Batch:
    """Some records on their way: what is stored, what is made of them, and what the organisations are by then."""

    db: Connection
    vault: Vault
    policy: Policy
    now: datetime
    stored: Stored
    made: list[tuple[CustomerPatch, Patched | CrmFaults]] = field(default_factory=list)
    first: dict[str, Organisation] = field(default_factory=dict)
    final: dict[str, Organisation] = field(default_factory=dict)
    decisions: dict[str, TierDecision] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)  # organisations whose tier waits for a second person
    in_force: set[str] = field(default_factory=set)  # organisations whose tier set by hand is another by now
    changes: dict[str, list[TierChange]] = field(default_factory=dict)  # by the organisation that causes them

    @property
    def good(self) -> list[tuple[CustomerPatch, Patched]]:
        return [(patch, one) for patch, one in self.made if isinstance(one, Patched)]

    def comes_later(self, patch: CustomerPatch) -> tuple[bool, bool]:
        return patch.id not in self.stored.known, not patch.given("annual_amount")

    def decide(self, patches: Sequence[CustomerPatch], *, overwrite: bool) -> None:
        self.first = dict(self.stored.houses)
        for patch in patches:
            known, house = self.stored.known.get(patch.id), self.stored.house_of(patch)
            is_named = names_organisation(patch) is not None
            new_id = uuid4().hex if is_named else patch_state.own_id(self.vault, patch.id)
            try:
                one = patched(patch, known, house, new_id, overwrite=overwrite)
            except CrmFaults as faults:
                self.made.append((patch, faults))
                continue
            self.stored.take(self.stored.mac_of(patch), one.organisation)
            self.made.append((patch, one))

    def new_houses(self) -> dict[str, Organisation]:
        """Those that are not stored, by fingerprint."""
        found = {}
        for patch, one in self.good:
            if one.organisation.id not in self.stored.tiers:
                found[self.stored.mac_of(patch)] = self.stored.houses[one.organisation.id]
        return found

    def insert_organisations(self) -> bool:
        rows = []
        for mac, house in self.new_houses().items():
            decision = tier_of(self.policy, house, self.now)
            rows.append(organisation_row(self.vault, house, decision, self.now) | {"name_mac": mac})
            self.first[house.id], self.stored.tiers[house.id] = house, (decision.tier, decision.reason)
        if not rows:
            return True
        new = insert_into(self.db, organisations).on_conflict_do_nothing(index_elements=["name_mac"])
        self.db.execute(new, rows)
        ids = organisations.c.id.in_([row["id"] for row in rows])
        return self.db.scalar(select(func.count()).where(ids)) == len(rows)

    def settle_tiers(self, by: str | None) -> None:
        """Have tiers set that are wished for, if it is said by whom; decide every tier; see whose becomes another."""
        for _, one in self.good:
            house = one.organisation.id
            current = self.final.get(house, self.stored.houses[house])
            outcome = "unchanged" if one.wish is None else self._wish(house, one.wish, by)
            if outcome == "waiting":
                self.waiting.add(house)
            if outcome == "in_force":
                self.in_force.add(house)
            self.final[house] = replace(current, manual=one.wish) if outcome == "in_force" else current
        self.decisions = {each.id: tier_of(self.policy, each, self.now) for each in self.final.values()}
        self._find_changes()

    def _wish(self, house: str, wished: ManualTier, by: str | None) -> manual_tiers.WishOutcome:
        if by is None:
            return manual_tiers.foresee(self.db, self.policy, house, wished, self.now)
        return manual_tiers.wish_tier(self.db, self.policy, house, wished, by, self.now)

    def _find_changes(self) -> None:
        tiers, seen = self.stored.tiers, set()
        for patch, one in self.good:
            was, house = self.stored.known.get(patch.id), one.organisation.id
            if was is not None and was.organisation.id != house:
                old = tiers.get(was.organisation.id, (was.tier, ""))[0]
                self._changed(house, was.contact.id, old)
                seen.add(was.contact.id)
        moved = [each for each, new in self.decisions.items() if tiers.get(each, (new.tier, ""))[0] != new.tier]
        if moved:
            query = select(contacts.c.id, contacts.c.organisation_id).where(contacts.c.organisation_id.in_(moved))
            for row in self.db.execute(query.order_by(contacts.c.id)):
                if row.id not in seen:
                    self._changed(row.organisation_id, row.id, tiers[row.organisation_id][0])

    def _changed(self, house: str, contact_id: str, old: str) -> None:
        if (new := self.decisions[house].tier) != old:
            self.changes.setdefault(house, []).append(TierChange(contact_id, old, new))

    def update_organisations(self, by: str) -> None:
        rows = []
        for each in self.final.values():
            decision = self.decisions[each.id]
            tier = self.stored.tiers[each.id]
            is_same = self.first.get(each.id) == each and tier == (decision.tier, decision.reason)
            if is_same and each.id not in self.stored.outdated:
                continue
            if tier[0] != decision.tier:
                write_move(self.db, each.id, decision, Cause("figures", by), self.now)
            rows.append(organisation_row(self.vault, each, decision, self.now) | {"this": each.id})
        if rows:
            values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in ("id", "this")}
            chosen = update(organisations).where(organisations.c.id == bindparam("this")).values(values)
            self.db.execute(chosen, [{name: row[name] for name in (*values, "this")} for row in rows])

    def write_contacts(self) -> None:
        known = {each.contact.id: each.contact for each in self.stored.known.values()}
        rows = {}
        for _, one in self.good:
            contact = one.contact
            is_same = known.get(contact.id) == contact and contact.left_at is None
            if not is_same or contact.id in self.stored.outdated:
                row = contact_row(self.vault, contact, self.now)
                sealed = self.vault.seal(contact.note, row=contact.id, field=NOTE) if contact.note else None
                rows[contact.id] = row | {"preferred_channel": contact.preferred_channel, "note": sealed}
        if rows:
            insert = insert_into(self.db, contacts)
            taken = {name: insert.excluded[name] for name in next(iter(rows.values()))}
            self.db.execute(insert.on_conflict_do_update(index_elements=["id"], set_=taken), list(rows.values()))

    def outcomes(self, trial: Trial | None) -> list[Outcome]:
        macs = {one.contact.id: patch_state.macs_of(self.vault, one.contact) for _, one in self.good}
        holders = patch_state.holders_of(self.db, {mac for each in macs.values() for mac in each.values()})
        found: list[Outcome] = []
        later = {self.stored.became.get(patch.id, patch.id) for patch, _ in self.good}  # they will name us
        for patch, one in self.made:
            if isinstance(one, CrmFaults):
                found.append(one)
                continue
            house = self.final[one.organisation.id]
            decision, known = self.decisions[house.id], self.stored.known.get(patch.id)
            is_set = one.wish is not None and house.id in self.in_force and known is not None
            me = self.stored.became.get(patch.id, patch.id)
            later.discard(me)
            applied = AppliedPatch(
                Customer(one.contact, house, decision.tier, decision.reason),
                known,
                changed=(*one.changed, *(("tier",) if is_set else ())),
                cleared=one.cleared,
                kept=(*one.kept, *run_out(self.policy, one.wish, self.now)),
                collisions=collisions_of(me, later, macs[one.contact.id], holders, trial),
                waiting=one.wish is not None and house.id in self.waiting,
                tier_changes=tuple(self.changes.pop(house.id, ())),
            )
            found.append(applied)
        return found
