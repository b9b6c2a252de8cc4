"""Read files for the escalation domain: customers, the roster, days off."""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from bot.files.faults import TableFault, TableUnreadable
from bot.files.headings import Columns
from bot.files.table import (
    TABLES,
    Rows,
    each_row,
    open_table,
    opened,
    read_bytes,
    read_table,
    rows_of,
)
from bot.files.table_stream import TableStream
from escalation.calendars.faults import CalendarFault, CalendarFileFault
from escalation.calendars.files import COLUMNS_IN_CHINESE, HEADER, Years, read_calendar
from escalation.calendars.files import REQUIRED as REQUIRED_OF_DAYS
from escalation.customers.crm_import import read_customers, read_patches
from escalation.customers.crm_tables import COLUMNS as CRM_COLUMNS
from escalation.customers.crm_tables import IN_CHINESE as CRM_IN_CHINESE
from escalation.customers.crm_tables import REQUIRED as REQUIRED_OF_CRM
from escalation.customers.crm_tables import CrmFault, CrmFaults
from escalation.customers.crm_values import unit_in_heading
from escalation.customers.item_file import (
    ITEM_COLUMNS,
    ITEM_COLUMNS_IN_CHINESE,
    ITEM_REQUIRED,
    ItemEntry,
    ItemFault,
    read_item_rows,
)
from escalation.customers.model import CustomerRecord
from escalation.customers.patch_chunks import PatchChunks
from escalation.policy.model import Policy
from escalation.staffing.roster_file import (
    COLUMNS,
    IN_CHINESE,
    PASSED_OVER,
    REQUIRED,
    RosterFault,
    ShiftEntry,
    read_roster,
)

_CUSTOMERS = Columns("customer", CRM_COLUMNS, REQUIRED_OF_CRM, CRM_IN_CHINESE, units={"annual_amount": unit_in_heading})
_ROSTER = Columns("shift", (*COLUMNS, *PASSED_OVER), REQUIRED, IN_CHINESE)
_ITEMS = Columns("item", ITEM_COLUMNS, ITEM_REQUIRED, ITEM_COLUMNS_IN_CHINESE)
_DAYS = Columns("day", HEADER, REQUIRED_OF_DAYS, COLUMNS_IN_CHINESE)


def read_customer_file(path: Path, tiers: Collection[str]) -> tuple[CustomerRecord, ...]:
    """Read customers whom a CSV or XLSX file describes wholly; `tiers` are those of the policy. Raises CrmFaults."""
    rows = _rows_of_file(path, _CUSTOMERS)
    faults = [_crm_fault(fault, path.name) for fault in rows.faults]
    return read_customers(rows.rows, tiers, path.name, faults)


def read_patch_file(path: Path, tiers: Collection[str], *, clear_blank: bool = False) -> PatchChunks:
    """Read what a CRM's CSV or XLSX file says of customers, row by row; see `read_patches`. Raises CrmFaults."""
    try:
        with opened(path) as file:
            return _patches(open_table(file, path.suffix), tiers, path.name, clear_blank=clear_blank)
    except TableUnreadable as refused:
        raise CrmFaults([_crm_fault(refused.fault, path.name)]) from None


def read_patch_content(content: bytes, tiers: Collection[str], *, clear_blank: bool) -> PatchChunks:
    """Read what the content of a CRM's CSV or XLSX file says of customers; raises CrmFaults."""
    try:
        return _patches(open_table(BytesIO(content)), tiers, "", clear_blank=clear_blank)
    except TableUnreadable as refused:
        raise CrmFaults([_crm_fault(refused.fault, "")]) from None


def _patches(table: TableStream, tiers: Collection[str], file: str, *, clear_blank: bool) -> PatchChunks:
    faults = (_crm_fault(fault, file) for fault in table.faults)  # which there are once it is read
    return read_patches(each_row(table, _CUSTOMERS), tiers, file, faults, clear_blank=clear_blank)


def _crm_fault(fault: TableFault, file: str) -> CrmFault:
    return CrmFault(str(fault), file, fault.line, None, fault.code, fault.values)


def read_items_file(path: Path) -> tuple[ItemEntry, ...]:
    """Read the items of a CSV or XLSX file; raises ItemFaults."""
    return _items(_rows_of_file(path, _ITEMS), path.name)


def read_items_content(content: bytes, file: str = "") -> tuple[ItemEntry, ...]:
    """Read the items of a CSV or XLSX file's content; raises ItemFaults, which name `file`."""
    return _items(_rows(content, _ITEMS), file)


def _items(rows: Rows, file: str) -> tuple[ItemEntry, ...]:
    faults = [ItemFault(each.line, str(each), file, 0, "", each.code, each.values) for each in rows.faults]
    return read_item_rows(rows.rows, file, faults)


def read_roster_content(content: bytes, file: str = "") -> tuple[ShiftEntry, ...]:
    """Read the shifts of a CSV or XLSX file, or of pasted lines; raises RosterFaults, which name `file`."""
    return _roster(_rows(content, _ROSTER), file)


def read_roster_file(path: Path) -> tuple[ShiftEntry, ...]:
    """Read the shifts of a CSV or XLSX file; raises RosterFaults."""
    return _roster(_rows_of_file(path, _ROSTER), path.name)


def read_days(content: bytes, policy: Policy, suffix: str = "") -> Years:
    """Read the days off and make-up days of a CSV or XLSX file, or of pasted lines; raises CalendarFileFaults."""
    return _calendar(_rows(content, _DAYS, suffix), policy)


def _rows_of_file(path: Path, columns: Columns, formats: tuple[str, ...] = TABLES) -> Rows:
    try:
        content = read_bytes(path, formats)
    except TableUnreadable as refused:
        return Rows((), (refused.fault,))
    return _rows(content, columns, path.suffix)


def _rows(content: bytes, columns: Columns, suffix: str = "") -> Rows:
    try:
        return rows_of(read_table(content, suffix), columns)
    except TableUnreadable as refused:
        return Rows((), (refused.fault,))


def _roster(rows: Rows, file: str) -> tuple[ShiftEntry, ...]:
    faults = [RosterFault(fault.code, fault.line, fault.values, str(fault)) for fault in rows.faults]
    return read_roster(rows.rows, file, faults)


def _calendar(rows: Rows, policy: Policy) -> Years:
    return read_calendar(rows.rows, policy, map(_flaw, rows.faults))


def _flaw(fault: TableFault) -> CalendarFileFault:
    return CalendarFileFault(fault.line, CalendarFault(fault.code, fault.values, str(fault)))
