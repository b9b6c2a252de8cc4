"""Two contacts, or two organisations, that are one: their rows; ids and names left behind find the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, or_, select, update

from escalation.customers import customer_notes, items, service_teams, tier_proposals
from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.model import Customer, ManualTier, TierDecision
from escalation.customers.tier_history import Cause, TierStep, write_move, write_step
from escalation.policy.model import Policy
from escalation.refusals import EscalationRefusal

MergeFault = Literal["itself", "one_organisation", "merged", "left", "tiers", "second_person"]


class MergeRefused(EscalationRefusal):
    """Two customers that cannot become one; the text is a whole sentence, `fault` and `values` say why."""

    def __init__(self, fault: MergeFault, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.fault, self.values = fault, values


def demand_contacts_can_merge(policy: Policy, from_id: str, source: Customer, into: Customer, now: datetime) -> None:
    """Raise MergeRefused for one contact with themself, one merged away before, one who left, or hand-set tiers."""
    if source.contact.id == into.contact.id:
        if from_id == source.contact.id:
            raise MergeRefused("itself", f"{from_id} cannot be merged into itself; name two contacts.", id=from_id)
        sentence = f"{from_id} was merged into {into.contact.id} already."
        raise MergeRefused("merged", sentence, id=from_id, into=into.contact.id)
    if from_id != source.contact.id:
        sentence = f"{from_id} was merged into {source.contact.id} already; merge that one."
        raise MergeRefused("merged", sentence, id=from_id, into=source.contact.id)
    if into.contact.left_at is not None:
        sentence = f"{into.contact.id} has left; merge into a contact who is there."
        raise MergeRefused("left", sentence, id=into.contact.id)
    if source.organisation.id != into.organisation.id:
        _demand_one_tier(policy, source, into, now)


def demand_organisations_can_merge(policy: Policy, source: Customer, into: Customer, now: datetime) -> None:
    """Raise MergeRefused for contacts of one organisation, or different tiers set by hand."""
    if source.organisation.id == into.organisation.id:
        sentence = f"{source.contact.id} and {into.contact.id} belong to one organisation already."
        raise MergeRefused("one_organisation", sentence, id=source.contact.id, into=into.contact.id)
    _demand_one_tier(policy, source, into, now)


def _demand_one_tier(policy: Policy, source: Customer, into: Customer, now: datetime) -> None:
    """A merge is one person's doing: it may change for whom a tier set by hand is only where one may set it.

    Refused, not turned into a wish: until a second person agreed, the merged contacts would be without their tier.
    """
    today = now.astimezone(policy.zone).date()
    found, kept = in_force(source.organisation.manual, today), in_force(into.organisation.manual, today)
    if policy.tier_rules.approval == "two_people":
        _demand_alike(source, found, into, kept)
    elif found is not None and kept is not None and found.tier != kept.tier:
        sentence = (
            f"The organisations of {source.contact.id} and {into.contact.id} have different tiers set by hand"
            f" ({found.tier} until {found.expires}, {kept.tier} until {kept.expires}); end one of them first."
        )
        raise MergeRefused("tiers", sentence, tier=found.tier, other=kept.tier)


def _demand_alike(source: Customer, found: ManualTier | None, into: Customer, kept: ManualTier | None) -> None:
    one, other = (f"{each.tier} {each.expires}" if each is not None else "" for each in (found, kept))
    if one == other:
        return
    names = {"id": source.contact.id, "into": into.contact.id}
    sentence = (
        f"The organisations have different tiers set by hand (that of {names['id']} has {one or 'none'}, that of"
        f" {names['into']} has {other or 'none'}), and a merge by one person may not change whom one is for; wish for"
        " the same tier and last day for both, or for the end, and merge once a second person has agreed."
    )
    raise MergeRefused("second_person", sentence, tier=one or "—", other=other or "—", **names)


def in_force(manual: ManualTier | None, today: date) -> ManualTier | None:
    """Return a tier set by hand unless it has run out by this day."""
    return manual if manual is not None and today <= manual.expires else None


def merge_contact_rows(db: Connection, from_id: str, into_id: str, now: datetime) -> None:
    """Let an id, and every id merged into it before, stand for another contact from now on."""
    mine = or_(contacts.c.id == from_id, contacts.c.merged_into == from_id)
    db.execute(update(contacts).where(mine).values(merged_into=into_id, updated_at=now))


def merge_organisation_rows(
    db: Connection, policy: Policy, source: Customer, into: Customer, by: str, now: datetime
) -> list[str]:
    """Move contacts and all that an organisation has to another; return the ids of the contacts that moved.

    Of tiers set by hand the one in force stays, of two alike the one that ends later (they differ only where one
    person decides on them); the named agent moves where the other has none. The stored tier is the caller's to compute.
    """
    from_id, into_id = source.organisation.id, into.organisation.id
    lock = select(organisations.c.id).where(organisations.c.id.in_((from_id, into_id)))
    db.execute(lock.order_by(organisations.c.id).with_for_update()).all()
    present = (contacts.c.organisation_id == from_id, contacts.c.merged_into.is_(None))
    moved = list(db.scalars(select(contacts.c.id).where(*present).order_by(contacts.c.id)))
    theirs = contacts.c.organisation_id == from_id
    db.execute(update(contacts).where(theirs).values(organisation_id=into_id, updated_at=now))
    _move_all_it_has(db, policy, source, into, by, now)
    mine = or_(organisations.c.id == from_id, organisations.c.merged_into == from_id)
    db.execute(update(organisations).where(mine).values(merged_into=into_id, updated_at=now))
    return moved


def take_over_file(db: Connection, policy: Policy, source: Customer, into: Customer, by: str, now: datetime) -> None:
    """Move what a contact who belongs to no organisation has to that of the contact they became.

    To another contact without one goes all of it, tier set by hand and team too; to an organisation items and notes
    only, for what was decided for one person was not decided for their organisation.
    """
    from_id, into_id = source.organisation.id, into.organisation.id
    if into.organisation.is_one_person:
        _move_all_it_has(db, policy, source, into, by, now)
    else:
        items.move_items(db, from_id, into_id)
        customer_notes.move_notes(db, from_id, into_id)


def _move_all_it_has(db: Connection, policy: Policy, source: Customer, into: Customer, by: str, now: datetime) -> None:
    from_id, into_id = source.organisation.id, into.organisation.id
    items.move_items(db, from_id, into_id)
    customer_notes.move_notes(db, from_id, into_id)
    service_teams.move_team(db, from_id, into_id)
    gave_way = tier_proposals.move_waiting(db, from_id, into_id, by, now)
    if gave_way is not None:
        write_step(
            db,
            TierStep(
                from_id,
                now,
                "replaced",
                source.tier,
                source.tier,
                gave_way.reason,
                gave_way.proposed_by,
                by,
                gave_way.tier,
                gave_way.expires,
            ),
        )
    values: dict[str, object] = {}
    manual = _which_stays(policy, source.organisation.manual, into.organisation.manual, now)
    if manual is not None and manual != into.organisation.manual:
        values |= {"manual_tier": manual.tier, "manual_reason": manual.reason, "manual_expires": manual.expires}
        values["expiry_noted"] = None
    if into.organisation.agent is None:
        values["agent"] = source.organisation.agent
    db.execute(update(organisations).where(organisations.c.id == into_id).values(**values, updated_at=now))


def _which_stays(policy: Policy, given: ManualTier | None, own: ManualTier | None, now: datetime) -> ManualTier | None:
    """Of two tiers set by hand the one in force; of two in force, which are alike, the one that ends later."""
    today = now.astimezone(policy.zone).date()
    found = [one for one in (in_force(own, today), in_force(given, today)) if one is not None]
    return max(found, key=lambda one: one.expires) if found else own or given


def write_stored_tier(db: Connection, customer: Customer, formers: Sequence[str], by: str, now: datetime) -> None:
    """Store the tier computed for a customer's organisation, and for the `formers` that became part of it.

    A move stands in the history of each.
    """
    decision = TierDecision(customer.tier, customer.tier_reason)
    values = {"tier": customer.tier, "tier_reason": customer.tier_reason}
    for organisation_id in (customer.organisation.id, *formers):
        write_move(db, organisation_id, decision, Cause("merged", by), now)
        db.execute(update(organisations).where(organisations.c.id == organisation_id).values(**values))


def has_left(db: Connection, contact_id: str, now: datetime) -> None:
    """Note that a contact has left: their number and address prove nothing any more."""
    mine = or_(contacts.c.id == contact_id, contacts.c.merged_into == contact_id)
    db.execute(update(contacts).where(mine).values(left_at=now, updated_at=now))
