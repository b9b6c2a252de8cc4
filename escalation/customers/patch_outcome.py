"""What came of a CRM record, and of those seen before it in a trial."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from escalation.customers.crm_tables import CrmFaults
from escalation.customers.customer_patch import Kept
from escalation.customers.customer_store import TierChange
from escalation.customers.model import Customer, ManualTier, Organisation
from escalation.customers.tier_wishes import is_over
from escalation.policy.model import Policy

MOST_NAMED = 5  # others with the same number


@dataclass(frozen=True, slots=True)
class Collision:
    """Another contact who has the same number or address: `field` is phone or email."""

    field: str
    contact_id: str


@dataclass(frozen=True, slots=True)
class AppliedPatch:
    """What came of one record: fields by what became of them, and what it means for others."""

    customer: Customer
    before: Customer | None
    changed: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    collisions: tuple[Collision, ...] = ()
    waiting: bool = False  # a tier wished for waits for a second person
    tier_changes: tuple[TierChange, ...] = ()

    @property
    def created(self) -> bool:
        """Whether the contact was unknown."""
        return self.before is None


@dataclass(slots=True)
class Trial:
    """What records seen before would have made, so that later ones are seen in their light.

    Those of one organisation follow each other. `repeated`: fingerprints of what several records give as number or
    address; of the others it is not kept whose they are.
    """

    repeated: Collection[str] = ()
    houses: dict[str, Organisation] = field(default_factory=dict)  # new ones seen last, by fingerprint
    holders: dict[str, list[str]] = field(default_factory=dict)  # who has a number or address, by fingerprint


Outcome = AppliedPatch | CrmFaults


def run_out(policy: Policy, wish: ManualTier | None, now: datetime) -> tuple[Kept, ...]:
    """Return the last day of a tier wished for that is past already, for which nothing is set."""
    return (Kept("expires", "", str(wish.expires)),) if wish and is_over(policy, wish.expires, now) else ()


def collisions_of(
    me: str, later: Collection[str], macs: dict[str, str], holders: dict[str, list[str]], trial: Trial | None
) -> tuple[Collision, ...]:
    """Return who else has a contact's number or address; `later`: contacts whose records come and will name this one.

    `macs`: the contact's fingerprints by field; `holders`: who is stored with each.
    """
    found = []
    for name, mac in macs.items():
        others = [holder for holder in holders.get(mac, ()) if holder not in (me, *later)]
        if trial is not None:
            earlier = trial.holders.get(mac, [])
            others += [each for each in earlier if each not in (me, *others)]
            is_shared = mac in trial.repeated or any(holder != me for holder in holders.get(mac, ()))
            if is_shared and me not in earlier and len(earlier) <= MOST_NAMED:
                trial.holders[mac] = [*earlier, me]
        found += [Collision(name, other) for other in others[:MOST_NAMED]]
    return tuple(found)
