"""Customer records from the CRM, a table or one JSON object: all are valid, or every fault is reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from escalation.customers.crm_drafts import (
    BY_HAND,
    Cells,
    Draft,
    UnplacedFault,
    by_organisation,
    lacking_figures,
    lacking_of_tier,
    read_line,
    readers_of,
    shared_values,
    used_twice,
)
from escalation.customers.crm_tables import COLUMNS, CellFault, CrmFault, CrmFaults, unknown_field
from escalation.customers.customer_patch import ABSENT, CustomerPatch
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.customers.packed_drafts import PackedDrafts
from escalation.customers.patch_chunks import PatchChunks
from escalation.normalise import normal_name

__all__ = ["CrmFault", "CrmFaults", "parse_patch", "read_customers", "read_patches"]

Rows = Iterable[tuple[int, Cells]]


def read_patches(
    rows: Rows,
    tiers: Collection[str],
    file: str = "",
    faults: Iterable[CrmFault] = (),
    *,
    clear_blank: bool = False,
) -> PatchChunks:
    """Return what the rows of a table say; absent columns say nothing, nor do blank cells unless `clear_blank`.

    A row is its line and its cells by column; None is a cell that could not be read, whose fault is in `faults`
    once the rows are read. `tiers` are those of the policy. Raises CrmFaults with these and all faults found, by line.
    """
    found: list[UnplacedFault] = []
    readers, lines = readers_of(tiers), PackedDrafts()
    for line, cells in rows:
        lines.append(read_line(line, cells, readers, [], found))
    found += lines.used_twice()
    chunks = PatchChunks(_said(group, found, clear_blank=clear_blank) for group in lines.groups())
    _refuse(found, file, faults)
    return chunks


def _said(group: list[Draft], found: list[UnplacedFault], *, clear_blank: bool) -> list[CustomerPatch]:
    """What the lines of one organisation say, or one that names none; nothing once there are faults."""
    shared = shared_values(group, found) if group[0].get("organisation") else {}
    found += lacking_of_tier(group, shared or group[0].given)
    return [] if found else [_patch(draft, shared, clear_blank=clear_blank) for draft in group]


def read_customers(
    rows: Rows, tiers: Collection[str], file: str = "", faults: Iterable[CrmFault] = ()
) -> tuple[CustomerRecord, ...]:
    """Return every record of a table that describes its customers wholly, such as the sample.

    Rows of one organisation share its figures, given on any of them. Otherwise as `read_patches`; raises CrmFaults.
    """
    found: list[UnplacedFault] = []
    readers = readers_of(tiers)
    drafts = [read_line(line, cells, readers, [], found, ("id", "organisation", "contact")) for line, cells in rows]
    found += used_twice(drafts)
    groups = by_organisation(drafts)
    known = {name: shared_values(group, found) for name, group in groups.items()}
    for name, group in groups.items():
        found += lacking_figures(group, known[name])
        found += lacking_of_tier(group, known[name])
    _refuse(found, file, faults)
    return tuple(_record(draft, known[normal_name(draft.get("organisation"))]) for draft in drafts)


def parse_patch(mapping: Mapping[str, object], tiers: Collection[str]) -> CustomerPatch:
    """Return what a JSON object keyed by the table's columns says; null clears. Raises CrmFaults that name fields."""
    cells: dict[str, str | None] = {}
    broken: list[CellFault] = []
    for name, value in mapping.items():
        if name not in COLUMNS:
            broken.append(CellFault(name, unknown_field(name), "unknown"))
            continue
        try:
            cells[name] = _text(value)
        except ValueError as fault:
            broken.append(CellFault(name, f"{name} {fault}", "text"))
    found: list[UnplacedFault] = []
    named = [name for name in ("organisation", "contact") if isinstance(mapping.get(name), str)]  # null clears
    draft = read_line(0, cells, readers_of(tiers), broken, found, ("id", *named))
    found += lacking_of_tier([draft], draft.given)
    if found:
        raise CrmFaults([CrmFault(fault.message, None, None, fault.field, fault.code, fault.values) for fault in found])
    return _patch(draft, {}, clear_blank=True)


def _refuse(found: list[UnplacedFault], file: str, faults: Iterable[CrmFault]) -> None:
    placed = (CrmFault(each.message, file, each.line, each.field, each.code, each.values) for each in found)
    everything = [*faults, *placed]
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


def _record(draft: Draft, shared: Mapping[str, Any]) -> CustomerRecord:
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


def _patch(draft: Draft, shared: Mapping[str, Any], *, clear_blank: bool) -> CustomerPatch:
    """What a line says; of its organisation it does not leave blank what another line gives."""
    said = {
        name: value
        for name, value in draft.given.items()
        if value is not None or (clear_blank and shared.get(name) is None)
    }
    manual = _manual(said | {each: shared[each] for each in BY_HAND if each in shared}) if "tier" in said else ABSENT
    rest = {name: value for name, value in said.items() if name not in BY_HAND}
    return CustomerPatch(**rest, manual=manual, line=draft.line)


def _manual(given: Mapping[str, Any]) -> ManualTier | None:
    tier, reason, expires = given.get("tier"), given.get("reason"), given.get("expires")
    if tier is None or reason is None or not isinstance(expires, date):
        return None
    return ManualTier(tier, reason, expires)
