"""What many CRM records came to, counted by kind, with the first examples of each; pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from escalation.customers.crm_tables import CrmFaults
from escalation.customers.patch_outcome import AppliedPatch

EXAMPLES = 20  # of each kind


@dataclass(slots=True)
class Tally:
    """Counts by field, and examples; contacts are named by their CRM ids."""

    contacts: int = 0
    new: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    replaced: int = 0  # contacts of whom something is changed or cleared
    replaced_examples: list[dict[str, str]] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    kept_examples: list[dict[str, str]] = field(default_factory=list)
    tier_changes: int = 0
    tier_examples: list[dict[str, str]] = field(default_factory=list)
    collisions: int = 0
    collision_examples: list[dict[str, str]] = field(default_factory=list)
    waiting: int = 0
    refused: int = 0
    refused_examples: list[dict[str, str]] = field(default_factory=list)
    unknown_agents: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)

    def add(self, applied: AppliedPatch) -> None:
        """Count one record, and the contacts whose tier it changes."""
        contact_id = applied.customer.contact.id
        self.contacts += 1
        self.new += applied.created
        self.waiting += applied.waiting
        for counts, names in ((self.changed, applied.changed), (self.cleared, applied.cleared)):
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        if applied.changed or applied.cleared:
            self.replaced += 1
            of_it = {"changed": " ".join(applied.changed), "cleared": " ".join(applied.cleared)}
            _example(self.replaced_examples, {"id": contact_id, **of_it})
        for kept in applied.kept:
            self.kept[kept.field] = self.kept.get(kept.field, 0) + 1
            _example(self.kept_examples, {"id": contact_id, **asdict(kept)})
        for each in applied.collisions:
            self.collisions += 1
            _example(self.collision_examples, {"id": contact_id, "field": each.field, "other": each.contact_id})
        for change in applied.tier_changes:
            self.tier_changes += 1
            _example(self.tier_examples, {"id": change.contact_id, "old": change.old, "new": change.new})

    def refuse(self, faults: CrmFaults) -> None:
        """Count a record of which nothing could be made: where it stands and what it lacks, for it is kept unsealed."""
        self.refused += 1
        first = faults.faults[0]
        _example(self.refused_examples, {"line": str(first.line or ""), "field": first.field or "", "code": first.code})

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON holds it."""
        return asdict(self)


def _example(examples: list[dict[str, str]], one: dict[str, str]) -> None:
    if len(examples) < EXAMPLES:
        examples.append(one)
