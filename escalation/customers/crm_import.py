"""Customer records from the CRM, a table or one JSON object: all are valid, or every fault is reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from escalation.customers import crm_values as values
from escalation.customers.crm_tables import COLUMNS, CellFault, CrmFault, CrmFaults, unknown_field
from escalation.customers.customer_patch import ABSENT, CustomerPatch
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.normalise import normal_name

__all__ = ["CrmFault", "CrmFaults", "parse_patch", "read_customers", "read_patches"]

Cells = Mapping[str, str | None]
Rows = Iterable[tuple[int, Cells]]
_FIGURES = {"annual_amount": "6200000"}  # what an organisation cannot do without, with an example
_BY_HAND = ("tier", "reason", "expires")
_SHARED = ("annual_amount", "orders_per_year", "influence", "complexity", *_BY_HAND, "agent")


@dataclass(frozen=True, slots=True)
class _Draft:
    """What one line holds: blank fields are None, absent and faulty ones are left out; the latter are in `faulty`."""

    line: int
    given: dict[str, Any]
    faulty: frozenset[str]

    def get(self, name: str) -> Any:
        """The field's value; None where there is none, or nothing usable."""
        return self.given.get(name)


@dataclass(frozen=True, slots=True)
class _UnplacedFault:
    """A fault before it is known whether it has a file to name."""

    line: int
    field: str
    message: str


def read_patches(
    rows: Rows,
    tiers: Collection[str],
    file: str = "",
    faults: Iterable[CrmFault] = (),
    *,
    clear_blank: bool = False,
) -> tuple[CustomerPatch, ...]:
    """Return what each row of a table says; absent columns say nothing, nor do blank cells unless `clear_blank`.

    A row is its line and its cells by column; None is a cell that could not be read, whose fault is in `faults`.
    `tiers` are those of the policy. Raises CrmFaults with these and all faults found, by line.
    """
    found: list[_UnplacedFault] = []
    readers = _readers(tiers)
    drafts = [_draft(line, cells, readers, [], found) for line, cells in rows]
    found += _twice(drafts)
    shared_by = {name: _shared(group, found) for name, group in _organisations(drafts).items()}
    for name, group in _organisations(drafts).items():
        found += _incomplete_tier(group, shared_by[name])
    for draft in drafts:
        if not draft.get("organisation"):
            found += _incomplete_tier([draft], draft.given)
    _refuse(found, file, faults)
    return tuple(
        _patch(draft, shared_by.get(normal_name(draft.get("organisation") or ""), {}), clear_blank=clear_blank)
        for draft in drafts
    )


def read_customers(
    rows: Rows, tiers: Collection[str], file: str = "", faults: Iterable[CrmFault] = ()
) -> tuple[CustomerRecord, ...]:
    """Return every record of a table that describes its customers wholly, such as the sample.

    Rows of one organisation share its figures, given on any of them. Otherwise as `read_patches`; raises CrmFaults.
    """
    found: list[_UnplacedFault] = []
    readers = _readers(tiers)
    drafts = [_draft(line, cells, readers, [], found, ("id", "organisation", "contact")) for line, cells in rows]
    found += _twice(drafts)
    groups = _organisations(drafts)
    known = {name: _shared(group, found) for name, group in groups.items()}
    for name, group in groups.items():
        found += _incomplete_figures(group, known[name])
        found += _incomplete_tier(group, known[name])
    _refuse(found, file, faults)
    return tuple(_record(draft, known[normal_name(draft.get("organisation"))]) for draft in drafts)


def parse_patch(mapping: Mapping[str, object], tiers: Collection[str]) -> CustomerPatch:
    """Return what a JSON object keyed by the table's columns says; null clears. Raises CrmFaults that name fields."""
    cells: dict[str, str | None] = {}
    broken: list[CellFault] = []
    for name, value in mapping.items():
        if name not in COLUMNS:
            broken.append(CellFault(name, unknown_field(name)))
            continue
        try:
            cells[name] = _text(value)
        except ValueError as fault:
            broken.append(CellFault(name, f"{name} {fault}"))
    found: list[_UnplacedFault] = []
    draft = _draft(0, cells, _readers(tiers), broken, found)
    found += _incomplete_tier([draft], draft.given)
    if found:
        raise CrmFaults([CrmFault(fault.message, field=fault.field) for fault in found])
    return _patch(draft, {}, clear_blank=True)


def _refuse(found: list[_UnplacedFault], file: str, faults: Iterable[CrmFault]) -> None:
    everything = [*faults, *(CrmFault(fault.message, file, fault.line, fault.field) for fault in found)]
    if everything:
        raise CrmFaults(sorted(everything, key=lambda fault: fault.line or 0))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case float() if value.is_integer():
            return str(int(value))
        case int() | float() if not isinstance(value, bool):
            return str(value)
    raise ValueError("must be text or a number.")


def _readers(tiers: Collection[str]) -> dict[str, Callable[[str], Any]]:
    return {
        "id": values.words(64),
        "organisation": values.words(200),
        "contact": values.words(200),
        "phone": values.phone,
        "email": values.email,
        "annual_amount": values.amount,
        "orders_per_year": values.count,
        "influence": values.grade,
        "complexity": values.grade,
        "tier": values.one_of(tiers),
        "reason": values.words(500),
        "expires": values.day,
        "agent": values.words(64),
    }


def _draft(
    line: int,
    cells: Cells,
    readers: Mapping[str, Callable[[str], Any]],
    broken: list[CellFault],
    found: list[_UnplacedFault],
    required: Collection[str] = ("id",),
) -> _Draft:
    """Reads every cell; adds what is wrong with them to `found`."""
    given: dict[str, Any] = {}
    for name, read in readers.items():
        if name not in cells or (raw := cells[name]) is None:
            continue
        try:
            value = read(raw) if raw else None
            given[name] = None if value == "" else value
        except ValueError as fault:
            broken.append(CellFault(name, f"{name} {fault}"))
    faulty = frozenset((*(fault.field for fault in broken), *(name for name, cell in cells.items() if cell is None)))
    found += [_UnplacedFault(line, fault.field, fault.message) for fault in broken]
    found += [
        _UnplacedFault(line, name, f"{name} must be given.")
        for name in required
        if not given.get(name) and name not in faulty
    ]
    return _Draft(line, given, faulty)


def _organisations(drafts: list[_Draft]) -> dict[str, list[_Draft]]:
    """The lines of each organisation that is named, by its normal name."""
    groups: dict[str, list[_Draft]] = {}
    for draft in drafts:
        if name := normal_name(draft.get("organisation") or ""):
            groups.setdefault(name, []).append(draft)
    return groups


def _twice(drafts: list[_Draft]) -> Iterator[_UnplacedFault]:
    first: dict[str, int] = {}
    for draft in drafts:
        id_ = draft.get("id")
        if id_ and first.setdefault(id_, draft.line) != draft.line:
            yield _UnplacedFault(draft.line, "id", f"id {id_} must be used once; line {first[id_]} already has it.")


def _shared(group: list[_Draft], found: list[_UnplacedFault]) -> dict[str, Any]:
    """The organisation's values: from whichever of its lines gives them, as long as all that do agree."""
    shared: dict[str, Any] = {}
    for name in _SHARED:
        given = [draft for draft in group if draft.get(name) is not None]
        shared[name] = given[0].get(name) if given else None
        found += [_differs(name, given[0], draft) for draft in given if draft.get(name) != shared[name]]
    return shared


def _differs(name: str, first: _Draft, other: _Draft) -> _UnplacedFault:
    return _UnplacedFault(
        other.line,
        name,
        f'{name} of "{other.get("organisation")}" must be {first.get(name)} as on line {first.line},'
        f" or blank; found {other.get(name)}.",
    )


def _untouched(group: list[_Draft], name: str) -> bool:
    """Whether no cell of this field is reported already."""
    return not any(name in draft.faulty for draft in group)


def _incomplete_figures(group: list[_Draft], shared: Mapping[str, Any]) -> Iterator[_UnplacedFault]:
    where = "" if len(group) == 1 else f' on one line of "{group[0].get("organisation")}"'
    for name, example in _FIGURES.items():
        if shared[name] is None and _untouched(group, name):
            yield _UnplacedFault(group[0].line, name, f"{name} must be given{where}, such as {example}.")


def _incomplete_tier(group: list[_Draft], shared: Mapping[str, Any]) -> Iterator[_UnplacedFault]:
    """What a tier set by hand lacks; fields whose cells are already reported are not reported again."""
    of_tier = (draft.line for draft in group if draft.get("tier") or draft.get("reason") or draft.get("expires"))
    line = next(of_tier, group[0].line)
    for name, meaning in (("reason", "the reason in words"), ("expires", "its last day, such as 2027-03-31")):
        if shared.get("tier") and shared.get(name) is None and _untouched(group, name):
            yield _UnplacedFault(line, name, f"{name} must be given with a tier: {meaning}.")
        if shared.get("tier") is None and shared.get(name) is not None and _untouched(group, "tier"):
            yield _UnplacedFault(line, name, f"{name} must be left blank without a tier.")


def _record(draft: _Draft, shared: Mapping[str, Any]) -> CustomerRecord:
    return CustomerRecord(
        draft.get("id"),
        draft.get("organisation"),
        draft.get("contact"),
        shared["annual_amount"],
        shared["orders_per_year"],
        shared["influence"],
        shared["complexity"],
        draft.get("phone"),
        draft.get("email"),
        _manual(shared),
        shared["agent"],
    )


def _patch(draft: _Draft, shared: Mapping[str, Any], *, clear_blank: bool) -> CustomerPatch:
    """What a line says; of its organisation it does not leave blank what another line gives."""
    said = {
        name: value
        for name, value in draft.given.items()
        if value is not None or (clear_blank and shared.get(name) is None)
    }
    manual = _manual(said | {each: shared[each] for each in _BY_HAND if each in shared}) if "tier" in said else ABSENT
    rest = {name: value for name, value in said.items() if name not in _BY_HAND}
    return CustomerPatch(**rest, manual=manual, line=draft.line)


def _manual(given: Mapping[str, Any]) -> ManualTier | None:
    tier, reason, expires = given.get("tier"), given.get("reason"), given.get("expires")
    if tier is None or reason is None or not isinstance(expires, date):
        return None
    return ManualTier(tier, reason, expires)
