"""What a CRM record says of a contact and their organisation, and what it changes; pure.

A field that is absent changes nothing; one that is blank is to be cleared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
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
OF_CONTACT = ("contact", "phone", "email")
_NEVER_BLANK = {"contact", "organisation", "annual_amount"}  # a blank one of these changes nothing


@dataclass(frozen=True, slots=True)
class CustomerPatch:
    """A contact as one record describes them. ABSENT: the record does not say; None: it says that there is none."""

    id: str
    organisation: str | None | Nothing = ABSENT
    contact: str | None | Nothing = ABSENT
    phone: str | None | Nothing = ABSENT
    email: str | None | Nothing = ABSENT
    annual_amount: int | None | Nothing = ABSENT
    orders_per_year: int | None | Nothing = ABSENT
    influence: int | None | Nothing = ABSENT
    complexity: int | None | Nothing = ABSENT
    manual: ManualTier | None | Nothing = ABSENT
    agent: str | None | Nothing = ABSENT
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
    cleared: list[str] = []
    changed: list[str] = []
    kept: list[Kept] = []
    is_new = known is None or house is None or known.contact.organisation_id != house.id
    before = known.contact if known is not None else Contact(patch.id, "", "")
    contact = _contact(patch, before, changed, cleared)
    shared_name = house.name if house is not None and not house.is_one_person else contact.name
    name = names_organisation(patch) or shared_name
    wished = {each: _wished(patch, each) for each in (*FIGURES, "agent")}
    if house is None:
        given = {each: None if value is ABSENT else value for each, value in wished.items()}
        organisation = Organisation(new_id, name, **given)
        changed += ["organisation"] if known is not None else []
    else:
        is_placeholder = any(wished[each] == 0 and (getattr(house, each) or 0) > 0 for each in FIGURES)
        values: dict[str, Any] = {}
        for each, value in wished.items():
            stored = getattr(house, each)
            if value is ABSENT or value == stored:
                continue
            doubtful = is_new or (is_placeholder and each != "agent")
            if doubtful and stored is not None and not overwrite:
                kept.append(Kept(each, str(stored), _told(value)))
                continue
            values[each] = value
            (cleared if value is None else changed).append(each)
        organisation = replace(house, name=name, **values)
        changed += ["organisation"] if known is not None and known.organisation.id != house.id else []
    wish = _wish(patch, house, kept, is_new=is_new and not overwrite)
    contact = replace(contact, organisation_id=organisation.id)
    return Patched(contact, organisation, wish, tuple(changed), tuple(cleared), tuple(kept))


def _check_complete(patch: CustomerPatch, known: Customer | None, house: Organisation | None) -> None:
    missing = []
    if known is None and not patch.given("contact"):
        missing.append(("contact", "contact must be given: the customer is new."))
    if house is None and not patch.given("annual_amount"):
        whose = f' for "{patch.organisation}", which is new' if patch.given("organisation") else ""
        missing.append(("annual_amount", f"annual_amount must be given{whose}, such as 6200000."))
    if missing:
        raise CrmFaults([CrmFault(message, line=patch.line or None, field=field) for field, message in missing])


def _contact(patch: CustomerPatch, before: Contact, changed: list[str], cleared: list[str]) -> Contact:
    values: dict[str, Any] = {}
    for field, name in (("contact", "name"), ("phone", "phone"), ("email", "email")):
        value, stored = _wished(patch, field), getattr(before, name)
        if value is ABSENT or value == stored:
            continue
        values[name] = value
        if stored and value is None:
            cleared.append(field)
        elif stored and not _alike(field, stored, value):
            changed.append(field)
        elif not stored and before.organisation_id:
            changed.append(field)
    return replace(before, **values)


def _alike(field: str, one: str, other: str) -> bool:
    normal = {"phone": normal_phone, "email": normal_email}.get(field, normal_name)
    return normal(one) == normal(other)


def _wished(patch: CustomerPatch, field: str) -> Any:
    value = getattr(patch, field)
    return ABSENT if value is None and field in _NEVER_BLANK else value


def _wish(patch: CustomerPatch, house: Organisation | None, kept: list[Kept], *, is_new: bool) -> ManualTier | None:
    """The tier wished for by hand, if it is another than there is; none is ended by a blank."""
    stored = house.manual if house is not None else None
    wished = patch.manual
    if wished is ABSENT or wished == stored:
        return None
    if stored is not None and (wished is None or is_new):
        kept.append(Kept("tier", stored.tier, _told(wished and wished.tier)))
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
    by_hand = ManualTier(found["tier"], found["reason"], date.fromisoformat(found["expires"])) if found["tier"] else None
    return CustomerPatch(**rest, manual=by_hand)
