"""Supervision by sampling: which share of ended tickets is inspected, by which checklist, how long one may object."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from escalation.policy.yaml_blocks import Block

LOOKS_AT = ("wording", "steps", "attitude", "record")
OBJECT_WITHIN = timedelta(days=5)
MOST_POINTS = 10
_LONGEST = timedelta(days=90)
_SHARE = "a share of the ended tickets above 0 and up to 100%, such as 5%"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One question about a record: answered yes, no or not applicable, or with 0 to `up_to` points."""

    id: str
    label: str
    looks_at: str  # one of LOOKS_AT
    weight: int
    up_to: int = 0  # 0: yes, no or not applicable
    met_from: int = 0  # points from which the item counts as met


@dataclass(frozen=True, slots=True)
class Checklist:
    """The items that a record is scored by."""

    items: tuple[ChecklistItem, ...] = ()

    @property
    def edition(self) -> str:
        """A digest: equal checklists have equal editions."""
        return hashlib.sha256(json.dumps(self.as_json(), ensure_ascii=False).encode()).hexdigest()[:12]

    def as_json(self) -> list[dict[str, Any]]:
        """Return the items as JSON holds them."""
        return [asdict(item) for item in self.items]

    @classmethod
    def from_json(cls, items: list[Mapping[str, Any]]) -> Checklist:
        """Return the checklist that `as_json` wrote."""
        return cls(tuple(ChecklistItem(**item) for item in items))


@dataclass(frozen=True, slots=True)
class Supervision:
    """How records are drawn and scored; `share` is in hundredths of a percent."""

    share: int
    least: int  # of each agent
    checklist: Checklist
    weekly: bool = False  # drawn each Monday, of the week before, for the inspectors by turns
    object_within: timedelta = OBJECT_WITHIN


def read_supervision(root: Block) -> Supervision | None:
    """Read the section `supervision`; without one, nothing is drawn."""
    section = root.block("supervision", required=False)
    if not section.is_block:
        return None
    supervision = Supervision(
        share=section.parsed("share", parse_share, _SHARE, 0),
        least=section.whole("least", 0, 100),
        checklist=Checklist(_read_items(section)),
        weekly=section.flag("weekly"),
        object_within=section.duration_or_none("object_within") or OBJECT_WITHIN,
    )
    section.finish()
    if not timedelta(days=1) <= supervision.object_within <= _LONGEST:
        section.wrong("object_within", "from 1d to 90d")
    return supervision


def parse_share(text: str) -> int:
    """Parse 5% as 500 hundredths of a percent; raises ValueError unless it is above 0 and at most 100%."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?%", text, re.ASCII):
        raise ValueError(text)
    whole, _, rest = text[:-1].partition(".")
    share = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
    if not 0 < share <= 10_000:
        raise ValueError(text)
    return share


def _read_items(section: Block) -> tuple[ChecklistItem, ...]:
    found: dict[str, ChecklistItem] = {}
    labels: set[str] = set()
    for block in section.blocks("checklist"):
        item = _read_item(block)
        block.finish()
        for key, value, known in (("id", item.id, found), ("label", item.label, labels)):
            if value and value in known:
                block.wrong(key, f"another {key} than that of an item above")
        found[item.id] = item
        labels.add(item.label)
    return tuple(found.values())


def _read_item(block: Block) -> ChecklistItem:
    must = "at most 32 of a-z, 0-9 and _"
    up_to = block.whole_or_none("up_to", 1, MOST_POINTS) or 0
    met_from = block.whole_or_none("met_from", 1, MOST_POINTS) or up_to
    if met_from > up_to:
        block.wrong("met_from", f'at most "up_to" ({up_to})')
    return ChecklistItem(
        id=block.parsed("id", _item_id, must, ""),
        label=block.text("label"),
        looks_at=block.choice("looks_at", LOOKS_AT),
        weight=block.whole("weight", 1, 100),
        up_to=up_to,
        met_from=met_from,
    )


def _item_id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,32}", text, re.ASCII):
        raise ValueError(text)
    return text
