"""Items of organisations from a table or JSON: all are valid, or every fault is reported; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from escalation.customers import crm_values as values
from escalation.customers.items import ITEM_KINDS, CustomerItem, ItemKind
from escalation.refusals import EscalationRefusal

ITEM_COLUMNS = ("customer", "kind", "number", "what", "begins", "ends", "status", "note")
ITEM_REQUIRED = ITEM_COLUMNS[:4]
ITEM_COLUMNS_IN_CHINESE = {
    "客户": "customer",
    "客户编号": "customer",
    "单位": "customer",
    "类别": "kind",
    "类型": "kind",
    "编号": "number",
    "名称": "what",
    "内容": "what",
    "开始": "begins",
    "开始日期": "begins",
    "结束": "ends",
    "到期": "ends",
    "到期日期": "ends",
    "状态": "status",
    "备注": "note",
}
KINDS_IN_CHINESE: Mapping[str, ItemKind] = {"订单": "order", "设备": "device", "合同": "contract", "产品": "product"}
MOST_ITEMS = 1_000  # that one request may bring


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """An item, and the contact's id or the organisation's name that its line gives."""

    line: int
    customer: str
    item: CustomerItem


@dataclass(frozen=True, slots=True)
class ItemFault:
    """What is wrong and what would be right; line 0: in a JSON object, whose place, from 1, is `place`."""

    line: int
    message: str
    file: str = ""
    place: int = 0
    field: str = ""
    code: str = ""  # what is wrong, with its values, for any language
    values: Mapping[str, str] = dataclass_field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.file else self.message


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with one field."""

    field: str
    message: str
    code: str
    values: Mapping[str, str] = dataclass_field(default_factory=dict)


class ItemFaults(EscalationRefusal):
    """All faults of the items given; nothing of them may be used."""

    def __init__(self, faults: Sequence[ItemFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def read_item_rows(
    rows: Iterable[tuple[int, Mapping[str, str | None]]], file: str = "", faults: Iterable[ItemFault] = ()
) -> tuple[ItemEntry, ...]:
    """Return the items of a table's rows; raises ItemFaults with all faults found, by line."""
    found, entries = list(faults), list[ItemEntry]()
    first: dict[tuple[str, str, str], int] = {}
    for line, cells in rows:
        wrong = list[_Wrong]()
        entry = _entry(line, {name: cell or "" for name, cell in cells.items()}, wrong)
        broken = [name for name, cell in cells.items() if cell is None]  # told already
        found += [
            ItemFault(line, each.message, file, 0, each.field, each.code, each.values)
            for each in wrong
            if each.field not in broken
        ]
        if entry is None or broken:
            continue
        earlier = first.setdefault((entry.customer, entry.item.kind, entry.item.number), line)
        if earlier != line:
            found.append(_given_before(entry, earlier, file))
        entries.append(entry)
    if found:
        raise ItemFaults(sorted(found, key=lambda fault: fault.line))
    return tuple(entries)


def parse_items(given: Sequence[Mapping[str, object]]) -> tuple[CustomerItem, ...]:
    """Return the items of JSON objects; raises ItemFaults, whose sentences name the item by its place from 1."""
    found, items = list[ItemFault](), dict[tuple[str, str], CustomerItem]()
    if len(given) > MOST_ITEMS:
        told = f"A request may hold at most {MOST_ITEMS} items; this one has {len(given)}."
        figures = {"most": str(MOST_ITEMS), "found": str(len(given))}
        raise ItemFaults([ItemFault(0, told, code="too_many", values=figures)])
    for place, mapping in enumerate(given, start=1):
        strange = [name for name in mapping if name not in ITEM_COLUMNS[1:]]
        wrong = [_Wrong(name, f'"{name}" is not a field of an item.', "unknown") for name in strange]
        cells = {name: "" if value is None else str(value).strip() for name, value in mapping.items()}
        entry = _entry(place, cells | {"customer": "-"}, wrong)
        if entry is not None and (entry.item.kind, entry.item.number) in items:
            told, twice = f"{entry.item.kind} {entry.item.number} must be given once.", entry.item
            wrong.append(_Wrong("", told, "twice", {"kind": twice.kind, "number": twice.number}))
        found += [
            ItemFault(0, f"Item {place}: {each.message}", "", place, each.field, each.code, each.values)
            for each in wrong
        ]
        if entry is not None:
            items[entry.item.kind, entry.item.number] = entry.item
    if found:
        raise ItemFaults(found)
    return tuple(items.values())


def _given_before(entry: ItemEntry, earlier: int, file: str) -> ItemFault:
    what = {"kind": entry.item.kind, "number": entry.item.number, "customer": entry.customer}
    told = "{kind} {number} of {customer} must be given once; line {line} already has it."
    about = {**what, "line": str(earlier)}
    return ItemFault(entry.line, told.format(**about), file, 0, "", "used_twice", about)


def _entry(line: int, cells: Mapping[str, str], wrong: list[_Wrong]) -> ItemEntry | None:
    """Reads every cell; adds what is wrong with them to `wrong`."""

    def take(name: str, read: Callable[[str], Any]) -> Any:
        raw = cells.get(name, "")
        if not raw:
            wrong.extend([_Wrong(name, f"{name} must be given.", "given")] if name in ITEM_REQUIRED else [])
            return None
        try:
            return read(raw)
        except values.Unfit as fault:
            wrong.append(_Wrong(name, f"{name} {fault}", fault.code, fault.values))
            return None

    before = len(wrong)
    customer = take("customer", values.words(200))
    kind = take("kind", _kind)
    number, what = take("number", values.words(64)), take("what", values.words(200))
    begins, ends = take("begins", values.day), take("ends", values.day)
    status, note = take("status", values.words(32)), take("note", values.words(500))
    if begins is not None and ends is not None and ends < begins:
        told = f"ends must not be before begins ({begins}); found {ends}."
        wrong.append(_Wrong("ends", told, "before", {"begins": str(begins), "found": str(ends)}))
    if len(wrong) > before:
        return None
    return ItemEntry(line, customer, CustomerItem(kind, number, what, begins, ends, status, note))


def _kind(raw: str) -> ItemKind:
    wanted = KINDS_IN_CHINESE.get(raw, raw.lower())
    for kind in ITEM_KINDS:
        if kind == wanted:
            return kind
    raise values.Unfit("one_of", names=", ".join((*ITEM_KINDS, *KINDS_IN_CHINESE)), found=values.shown(raw))
