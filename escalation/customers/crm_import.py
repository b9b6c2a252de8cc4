"""Customer records from the CRM, a table or one JSON object: all are valid, or every fault is reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from escalation.customers import crm_values as values
from escalation.customers.crm_tables import COLUMNS, CellFault, CrmFault, CrmFaults, unknown_field
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.normalise import normal_name

__all__ = ["CrmFault", "CrmFaults", "parse_record", "read_customers"]

_T = TypeVar("_T")
_EXAMPLES = {"annual_amount": "6200000", "orders_per_year": "48", "influence": "3", "complexity": "3"}
_SHARED = (*_EXAMPLES, "tier", "reason", "expires", "agent")  # the organisation's, not the contact's


@dataclass(frozen=True, slots=True)
class _Draft:
    """What one line holds: None where nothing was given, or nothing usable; the latter are in `faulty`."""

    line: int
    id: str | None
    organisation: str | None
    contact: str | None
    phone: str | None
    email: str | None
    annual_amount: int | None
    orders_per_year: int | None
    influence: int | None
    complexity: int | None
    tier: str | None
    reason: str | None
    expires: date | None
    agent: str | None
    faulty: frozenset[str]


@dataclass(frozen=True, slots=True)
class _UnplacedFault:
    """A fault before it is known whether it has a file to name."""

    line: int
    field: str
    message: str


def read_customers(
    rows: Iterable[tuple[int, Mapping[str, str | None]]],
    tiers: Collection[str],
    file: str = "",
    faults: Iterable[CrmFault] = (),
) -> tuple[CustomerRecord, ...]:
    """Return every record of a table; rows of one organisation share its figures, given on any of them.

    A row is its line and its cells by column; None is a cell that could not be read, whose fault is in `faults`.
    `tiers` are those of the policy. Raises CrmFaults with these and all faults found, by line.
    """
    found: list[_UnplacedFault] = []
    drafts = [_draft(line, cells, tiers, [], found) for line, cells in rows]
    records = _records(drafts, found)
    everything = [*faults, *(CrmFault(fault.message, file, fault.line, fault.field) for fault in found)]
    if everything:
        raise CrmFaults(sorted(everything, key=lambda fault: fault.line or 0))
    return records


def parse_record(mapping: Mapping[str, object], tiers: Collection[str]) -> CustomerRecord:
    """Return the record of a JSON object keyed by the table's columns; raises CrmFaults that name fields."""
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
    records = _records([_draft(0, cells, tiers, broken, found)], found)
    if found:
        raise CrmFaults([CrmFault(fault.message, field=fault.field) for fault in found])
    return records[0]


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


def _draft(
    line: int,
    cells: Mapping[str, str | None],
    tiers: Collection[str],
    broken: list[CellFault],
    found: list[_UnplacedFault],
) -> _Draft:
    """Reads every cell; adds what is wrong with them to `found`."""

    def take(name: str, read: Callable[[str], _T]) -> _T | None:
        try:
            return read(raw) if (raw := cells.get(name, "")) else None
        except ValueError as fault:
            broken.append(CellFault(name, f"{name} {fault}"))
            return None

    draft = _Draft(
        line=line,
        id=take("id", values.words(64)),
        organisation=take("organisation", values.words(200)),
        contact=take("contact", values.words(200)),
        phone=take("phone", values.phone),
        email=take("email", values.email),
        annual_amount=take("annual_amount", values.amount),
        orders_per_year=take("orders_per_year", values.count),
        influence=take("influence", values.grade),
        complexity=take("complexity", values.grade),
        tier=take("tier", values.one_of(tiers)),
        reason=take("reason", values.words(500)),
        expires=take("expires", values.day),
        agent=take("agent", values.words(64)),
        faulty=frozenset(),
    )
    faulty = frozenset((*(fault.field for fault in broken), *(name for name, cell in cells.items() if cell is None)))
    found += [_UnplacedFault(line, fault.field, fault.message) for fault in broken]
    found += [
        _UnplacedFault(line, name, f"{name} must be given.")
        for name in ("id", "organisation", "contact")
        if not getattr(draft, name) and name not in faulty
    ]
    return replace(draft, faulty=faulty)


def _records(drafts: list[_Draft], found: list[_UnplacedFault]) -> tuple[CustomerRecord, ...]:
    """The records in the file's order; incomplete ones are left out, their faults are in `found`."""
    found += _twice(drafts)
    organisations: dict[str, list[_Draft]] = {}
    for draft in drafts:
        organisations.setdefault(normal_name(draft.organisation or ""), []).append(draft)
    known = {name: _shared(group, found) for name, group in organisations.items() if name}
    complete = (
        replace(draft, **known[name]) for draft in drafts if (name := normal_name(draft.organisation or "")) in known
    )
    return tuple(record for draft in complete if (record := _record(draft)))


def _twice(drafts: list[_Draft]) -> Iterator[_UnplacedFault]:
    first: dict[str, int] = {}
    for draft in drafts:
        if draft.id and first.setdefault(draft.id, draft.line) != draft.line:
            yield _UnplacedFault(
                draft.line, "id", f"id {draft.id} must be used once; line {first[draft.id]} already has it."
            )


def _shared(group: list[_Draft], found: list[_UnplacedFault]) -> dict[str, Any]:
    """The organisation's figures: from whichever of its lines gives them, as long as all that do agree."""
    shared: dict[str, Any] = {}
    for name in _SHARED:
        given = [draft for draft in group if getattr(draft, name) is not None]
        shared[name] = getattr(given[0], name) if given else None
        found += [_differs(name, given[0], draft) for draft in given if getattr(draft, name) != shared[name]]
    untouched = {name for name in _SHARED if not any(name in draft.faulty for draft in group)}
    found += _incomplete(group, shared, untouched)
    return shared


def _differs(name: str, first: _Draft, other: _Draft) -> _UnplacedFault:
    return _UnplacedFault(
        other.line,
        name,
        f'{name} of "{other.organisation}" must be {getattr(first, name)} as on line {first.line},'
        f" or blank; found {getattr(other, name)}.",
    )


def _incomplete(group: list[_Draft], shared: Mapping[str, Any], untouched: set[str]) -> Iterator[_UnplacedFault]:
    """What the organisation lacks; fields whose cells are already reported are not reported again."""
    line = group[0].line
    where = "" if len(group) == 1 else f' on one line of "{group[0].organisation}"'
    for name, example in _EXAMPLES.items():
        if shared[name] is None and name in untouched:
            yield _UnplacedFault(line, name, f"{name} must be given{where}, such as {example}.")
    line = next((draft.line for draft in group if draft.tier or draft.reason or draft.expires), line)
    for name, meaning in (("reason", "the reason in words"), ("expires", "its last day, such as 2027-03-31")):
        if shared["tier"] and shared[name] is None and name in untouched:
            yield _UnplacedFault(line, name, f"{name} must be given with a tier: {meaning}.")
        if shared["tier"] is None and shared[name] is not None and "tier" in untouched:
            yield _UnplacedFault(line, name, f"{name} must be left blank without a tier.")


def _record(draft: _Draft) -> CustomerRecord | None:
    figures = (draft.annual_amount, draft.orders_per_year, draft.influence, draft.complexity)
    match (draft.id, draft.organisation, draft.contact, *figures):
        case (str(id_), str(organisation), str(contact), int(yuan), int(orders), int(influence), int(complexity)):
            return CustomerRecord(
                id_,
                organisation,
                contact,
                yuan,
                orders,
                influence,
                complexity,
                draft.phone,
                draft.email,
                _manual(draft),
                draft.agent,
            )
    return None


def _manual(draft: _Draft) -> ManualTier | None:
    if draft.tier is None or draft.reason is None or draft.expires is None:
        return None
    return ManualTier(draft.tier, draft.reason, draft.expires)
