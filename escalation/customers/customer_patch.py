"""What a CRM record says of a contact and their organisation, and what it changes; pure.

A field that is absent changes nothing; one that is blank is to be cleared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import Enum
from typing import Any, Final, Literal

from escalation.customers.crm_tables import CrmFault, CrmFaults
from escalation.customers.model import Contact, Customer, ManualTier, Organisation
from escalation.normalise import normal_email, normal_name, normal_phone


class Absent(Enum):
    """The value of a field of which a record says nothing."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
Nothing = Literal[Absent.ABSENT]

FIGURES = ("annual_amount", "orders_per_year", "influence", "complexity")
OF_CONTACT = ("contact", "phone", "email", "preferred_channel", "note")
_NEVER_BLANK = {"contact", "organisation", "annual_amount"}  # a blank one of these changes nothing


@dataclass(frozen=True, slots=True)
class CustomerPatch:
    """A contact as one record describes them. ABSENT: the record does not say; None: it says that there is none."""

    id: str
    organisation: str | Nothing | None = ABSENT
    contact: str | Nothing | None = ABSENT
    phone: str | Nothing | None = ABSENT
    email: str | Nothing | None = ABSENT
    annual_amount: int | Nothing | None = ABSENT
    orders_per_year: int | Nothing | None = ABSENT
    influence: int | Nothing | None = ABSENT
    complexity: int | Nothing | None = ABSENT
    manual: ManualTier | Nothing | None = ABSENT
    agent: str | Nothing | None = ABSENT
    preferred_channel: str | Nothing | None = ABSENT
    note: str | Nothing | None = ABSENT  # a remark on the contact
    line: int = 0  # of the file it stands in; 0: of none

    def given(self, name: str) -> bool:
        """Whether the record has a value for this field."""
        return getattr(self, name) not in (ABSENT, None)


@dataclass(frozen=True, slots=True)
class Kept:
    """A value of an organisation that stays although a record says otherwise: what stays, and what was given."""

    field: str
    stays: str
    given: str


@dataclass(frozen=True, slots=True)
class Patched:
    """What a record makes of a contact and their organisation; fields by what became of them."""

    contact: Contact
    organisation: Organisation  # its tier set by hand as it was; `wish` is the one wished for
    wish: ManualTier | None
    changed: tuple[str, ...]
    cleared: tuple[str, ...]
    kept: tuple[Kept, ...]


def names_organisation(patch: CustomerPatch) -> str | None:
    """Return the organisation's name that the record gives, if it gives one."""
    return patch.organisation if isinstance(patch.organisation, str) else None


def patched(
    patch: CustomerPatch, known: Customer | None, house: Organisation | None, new_id: str, *, overwrite: bool = False
) -> Patched:
    """Return what the record changes of the contact (None: unknown so far) and of the organisation they belong to.

    `house` is that organisation as it is, None for a new one, which gets `new_id`. What a record says of an
    organisation against what is known is kept out, unless with `overwrite`, in two cases: the contact is new to it, or
    a figure above 0 would become 0. Raises CrmFaults for what a new contact or a new organisation lacks.
    """
    _check_complete(patch, known, house)
    fate = _Fates()
    belongs = known is not None and house is not None and known.organisation.id == house.id
    contact = _contact(patch, known.contact if known is not None else Contact(patch.id, "", ""), fate)
    name = _name(names_organisation(patch), house, contact)
    if house is None:
        organisation = _new_organisation(patch, new_id, name)
    else:
        values = _figures(patch, house, fate, is_doubted=not belongs and not overwrite, overwrite=overwrite)
        organisation = replace(house, name=name, **values)
    if known is not None and known.organisation.id != organisation.id:
        fate.changed.append("organisation")
    wish = _wish(patch, house, fate, is_doubted=not belongs and not overwrite)
    contact = replace(contact, organisation_id=organisation.id)
    return Patched(contact, organisation, wish, tuple(fate.changed), tuple(fate.cleared), tuple(fate.kept))


@dataclass(frozen=True, slots=True)
class _Fates:
    """Fields by what became of them."""

    changed: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def _name(given: str | None, house: Organisation | None, contact: Contact) -> str:
    """The organisation's name as it is written now; one merged away renames nothing."""
    if house is None:
        return given or contact.name
    if house.is_one_person:
        return contact.name
    return given if given is not None and normal_name(given) == normal_name(house.name) else house.name


def _new_organisation(patch: CustomerPatch, new_id: str, name: str) -> Organisation:
    given = {each: getattr(patch, each) if patch.given(each) else None for each in (*FIGURES[1:], "agent")}
    assert isinstance(patch.annual_amount, int), "checked before"
    return Organisation(new_id, name, patch.annual_amount, **given)


def _figures(
    patch: CustomerPatch, house: Organisation, fate: _Fates, *, is_doubted: bool, overwrite: bool
) -> dict[str, Any]:
    """What becomes other of the organisation's figures and its agent."""
    wished = {each: _wished(patch, each) for each in (*FIGURES, "agent")}
    is_placeholder = any(wished[each] == 0 and (getattr(house, each) or 0) > 0 for each in FIGURES) and not overwrite
    values: dict[str, Any] = {}
    for each, value in wished.items():
        stored = getattr(house, each)
        if value is ABSENT or value == stored:
            continue
        if stored is not None and (is_doubted or (is_placeholder and each != "agent")):
            fate.kept.append(Kept(each, str(stored), _told(value)))
            continue
        values[each] = value
        (fate.cleared if value is None else fate.changed).append(each)
    return values


def _check_complete(patch: CustomerPatch, known: Customer | None, house: Organisation | None) -> None:
    missing, line = [], patch.line or None
    if known is None and not patch.given("contact"):
        told = "contact must be given: the customer is new."
        missing.append(CrmFault(told, None, line, "contact", "of_new_contact"))
    if house is None and not patch.given("annual_amount"):
        name = patch.organisation if isinstance(patch.organisation, str) and patch.organisation else ""
        whose, code = (f' for "{name}", which is new', "of_new_organisation") if name else ("", "of_one_person")
        told = f"annual_amount must be given{whose}, such as 6200000."
        missing.append(CrmFault(told, None, line, "annual_amount", code, {"organisation": name}))
    if missing:
        raise CrmFaults(missing)


def _contact(patch: CustomerPatch, before: Contact, fate: _Fates) -> Contact:
    values: dict[str, Any] = {}
    for each, name in {"contact": "name", **{each: each for each in OF_CONTACT[1:]}}.items():
        value, stored = _wished(patch, each), getattr(before, name)
        if value is ABSENT or value == stored:
            continue
        values[name] = value
        if value is None:
            fate.cleared.append(each)
        elif (stored and not _alike(each, stored, value)) or (not stored and before.organisation_id):
            fate.changed.append(each)
    return replace(before, **values)


def _alike(name: str, one: str, other: str) -> bool:
    normal = {"phone": normal_phone, "email": normal_email}.get(name, normal_name)
    return normal(one) == normal(other)


def _wished(patch: CustomerPatch, name: str) -> Any:
    value = getattr(patch, name)
    return ABSENT if value is None and name in _NEVER_BLANK else value


def _wish(patch: CustomerPatch, house: Organisation | None, fate: _Fates, *, is_doubted: bool) -> ManualTier | None:
    """The tier wished for by hand, if it is another than there is; none is ended by a blank."""
    stored = house.manual if house is not None else None
    wished = patch.manual
    if wished is ABSENT or wished == stored:
        return None
    if stored is not None and (wished is None or is_doubted):
        fate.kept.append(Kept("tier", stored.tier, _told(wished and wished.tier)))
        return None
    return wished


def _told(value: object) -> str:
    return "" if value is None else str(value)


def as_mapping(patch: CustomerPatch) -> dict[str, Any]:
    """Return what the record says, keyed by field; absent fields are left out."""
    named = {each.name: getattr(patch, each.name) for each in fields(patch)}
    found = {name: value for name, value in named.items() if value is not ABSENT and name != "manual"}
    match patch.manual:
        case ManualTier(tier, reason, expires):
            found |= {"tier": tier, "reason": reason, "expires": expires.isoformat()}
        case None:
            found |= {"tier": None}
    return found


def of_mapping(found: Mapping[str, Any]) -> CustomerPatch:
    """Return the patch of which `as_mapping` made this mapping."""
    rest = {name: value for name, value in found.items() if name not in ("tier", "reason", "expires")}
    if "tier" not in found:
        return CustomerPatch(**rest)
    by_hand = (
        ManualTier(found["tier"], found["reason"], date.fromisoformat(found["expires"])) if found["tier"] else None
    )
    return CustomerPatch(**rest, manual=by_hand)
