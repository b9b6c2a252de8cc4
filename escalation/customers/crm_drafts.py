"""Lines of a CRM table, each cell read; what lines of one organisation share, and what they lack; pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from escalation.customers import crm_values as values
from escalation.customers.contact_details import LONGEST_REMARK, PREFERRED_CHANNELS
from escalation.customers.crm_tables import CellFault
from escalation.normalise import normal_name

CHANNELS_IN_CHINESE = {
    "电话": "phone", "手机": "phone", "邮箱": "email", "邮件": "email", "网页": "web", "网页客服": "web",
}  # fmt: skip
Cells = Mapping[str, str | None]
_FIGURES = {"annual_amount": "6200000"}  # what an organisation cannot do without, with an example
BY_HAND = ("tier", "reason", "expires")
_SHARED = ("annual_amount", "orders_per_year", "influence", "complexity", *BY_HAND, "agent")


@dataclass(frozen=True, slots=True)
class Draft:
    """What one line holds: blank fields are None, absent and faulty ones are left out; the latter are in `faulty`."""

    line: int
    given: dict[str, Any]
    faulty: frozenset[str]

    def get(self, name: str) -> Any:
        """The field's value; None where there is none, or nothing usable."""
        return self.given.get(name)


@dataclass(frozen=True, slots=True)
class UnplacedFault:
    """A fault before it is known whether it has a file to name."""

    line: int
    field: str
    message: str
    code: str
    values: Mapping[str, str] = dataclass_field(default_factory=dict)


def readers_of(tiers: Collection[str]) -> dict[str, Callable[[str], Any]]:
    """Return how each column's cells are read; `tiers` are those of the policy."""
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
        "preferred_channel": values.one_of(PREFERRED_CHANNELS, CHANNELS_IN_CHINESE),
        "note": values.lines(LONGEST_REMARK),
    }


def read_line(
    line: int,
    cells: Cells,
    readers: Mapping[str, Callable[[str], Any]],
    broken: list[CellFault],
    found: list[UnplacedFault],
    required: Collection[str] = ("id",),
) -> Draft:
    """Return what a line holds; adds to `found` what is `broken` already, what is wrong with cells, and who is missing.

    `required`: fields that must not be blank.
    """
    given: dict[str, Any] = {}
    for name, read in readers.items():
        if name not in cells or (raw := cells[name]) is None:
            continue
        try:
            value = read(raw) if raw else None
            given[name] = None if value == "" else value
        except values.Unfit as fault:
            broken.append(CellFault(name, f"{name} {fault}", fault.code, fault.values))
    faulty = frozenset((*(fault.field for fault in broken), *(name for name, cell in cells.items() if cell is None)))
    found += [UnplacedFault(line, fault.field, fault.message, fault.code, fault.values) for fault in broken]
    found += [
        UnplacedFault(line, name, f"{name} must be given.", "given")
        for name in required
        if not given.get(name) and name not in faulty
    ]
    return Draft(line, given, faulty)


def by_organisation(drafts: list[Draft]) -> dict[str, list[Draft]]:
    """Return the lines of each organisation that is named, by its normal name."""
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        if name := normal_name(draft.get("organisation") or ""):
            groups.setdefault(name, []).append(draft)
    return groups


def used_twice(drafts: list[Draft]) -> Iterator[UnplacedFault]:
    """Yield a fault for each line whose id another has before it."""
    first: dict[str, int] = {}
    for draft in drafts:
        id_ = draft.get("id")
        if id_ and first.setdefault(id_, draft.line) != draft.line:
            told = f"id {id_} must be used once; line {first[id_]} already has it."
            yield UnplacedFault(draft.line, "id", told, "used_twice", {"id": id_, "line": str(first[id_])})


def shared_values(group: list[Draft], found: list[UnplacedFault]) -> dict[str, Any]:
    """Return the organisation's values: from whichever of its lines gives them, as long as all that do agree."""
    shared: dict[str, Any] = {}
    for name in _SHARED:
        given = [draft for draft in group if draft.get(name) is not None]
        shared[name] = given[0].get(name) if given else None
        found += [_differs(name, given[0], draft) for draft in given if draft.get(name) != shared[name]]
    return shared


def _differs(name: str, first: Draft, other: Draft) -> UnplacedFault:
    told = {"organisation": other.get("organisation"), "wanted": str(first.get(name)), "line": str(first.line)}
    told |= {"found": str(other.get(name))}
    sentence = '{column} of "{organisation}" must be {wanted} as on line {line}, or blank; found {found}.'
    return UnplacedFault(other.line, name, sentence.format(column=name, **told), "differs", told)


def _untouched(group: list[Draft], name: str) -> bool:
    """Whether no cell of this field is reported already."""
    return not any(name in draft.faulty for draft in group)


def lacking_figures(group: list[Draft], shared: Mapping[str, Any]) -> Iterator[UnplacedFault]:
    """Yield what a new organisation lacks."""
    where = "" if len(group) == 1 else f' on one line of "{group[0].get("organisation")}"'
    for name, example in _FIGURES.items():
        if shared[name] is None and _untouched(group, name):
            yield UnplacedFault(group[0].line, name, f"{name} must be given{where}, such as {example}.", "given")


def lacking_of_tier(group: list[Draft], shared: Mapping[str, Any]) -> Iterator[UnplacedFault]:
    """Yield what a tier set by hand lacks; fields whose cells are already reported are not reported again."""
    of_tier = (draft.line for draft in group if draft.get("tier") or draft.get("reason") or draft.get("expires"))
    line = next(of_tier, group[0].line)
    for name, meaning in (("reason", "the reason in words"), ("expires", "its last day, such as 2027-03-31")):
        if shared.get("tier") and shared.get(name) is None and _untouched(group, name):
            yield UnplacedFault(line, name, f"{name} must be given with a tier: {meaning}.", "with_tier")
        if shared.get("tier") is None and shared.get(name) is not None and _untouched(group, "tier"):
            yield UnplacedFault(line, name, f"{name} must be left blank without a tier.", "without_tier")
