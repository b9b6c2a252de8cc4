"""What many CRM records came to, counted by kind, with the first examples of each; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from escalation.customers.patch_outcome import AppliedPatch

EXAMPLES = 20  # of each kind


@dataclass(slots=True)
class Tally:
    """Counts by field, and examples; contacts are named by their CRM ids."""

    contacts: int = 0
    new: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    kept_examples: list[dict[str, str]] = field(default_factory=list)
    tier_changes: int = 0
    tier_examples: list[dict[str, str]] = field(default_factory=list)
    collisions: int = 0
    collision_examples: list[dict[str, str]] = field(default_factory=list)
    waiting: int = 0

    def add(self, applied: AppliedPatch) -> None:
        """Count one record; a changed tier is counted apart, for it is an organisation's."""
        contact_id = applied.customer.contact.id
        self.contacts += 1
        self.new += applied.created
        self.waiting += applied.waiting
        for counts, names in ((self.changed, applied.changed), (self.cleared, applied.cleared)):
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        for kept in applied.kept:
            self.kept[kept.field] = self.kept.get(kept.field, 0) + 1
            _example(self.kept_examples, {"id": contact_id, **asdict(kept)})
        for each in applied.collisions:
            self.collisions += 1
            _example(self.collision_examples, {"id": contact_id, "field": each.field, "other": each.contact_id})

    def add_tiers(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Count contacts whose tier is another after than before; who is new has none before."""
        for contact_id, old in before.items():
            if (new := after.get(contact_id, old)) != old:
                self.tier_changes += 1
                _example(self.tier_examples, {"id": contact_id, "old": old, "new": new})

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON holds it."""
        return asdict(self)


def _example(examples: list[dict[str, str]], one: dict[str, str]) -> None:
    if len(examples) < EXAMPLES:
        examples.append(one)
