"""What a wish for a tier set by hand must be, and whether two names are one person; pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from escalation.customers.crm_values import words
from escalation.customers.model import ManualTier
from escalation.policy.model import Policy
from escalation.refusals import EscalationRefusal

LONGEST_REASON = 500

ManualTierFault = Literal[
    "unknown_tier",
    "past",
    "no_reason",
    "bad_reason",
    "nothing_to_end",
    "no_organisation",
    "no_proposal",
    "decided",
    "same_person",
    "disabled",
    "no_person",
]

SENTENCES: dict[ManualTierFault, str] = {
    "unknown_tier": "The policy has no tier {tier}; it has {tiers}.",
    "past": "A tier set by hand needs a last day that is still to come; {day} is over.",
    "no_reason": "A reason in words is needed.",
    "bad_reason": "The reason {what}",
    "nothing_to_end": "No tier is set by hand for this organisation, so that there is nothing to end.",
    "no_organisation": "There is no such organisation.",
    "no_proposal": "There is no proposal {number}; `jiedai customers proposals` lists those that wait.",
    "decided": "Proposal {number} is decided already; `jiedai customers proposals` lists those that wait.",
    "same_person": "{by} proposed this tier and cannot approve it; a second person must.",
    "disabled": "{by} is disabled and cannot decide on a tier; somebody who may sign in must.",
    "no_person": "{by} is a program; a tier set by hand is decided by a person.",
}


class ManualTierRefused(EscalationRefusal):
    """A wish or decision that cannot be; the text is a whole sentence, `code` and `values` say why."""

    def __init__(self, code: ManualTierFault, **values: str) -> None:
        super().__init__(SENTENCES[code].format(**values))
        self.code, self.values = code, values


def check_wish(policy: Policy, wished: ManualTier, now: datetime) -> ManualTier:
    """Return the wish with its reason on one line; raises ManualTierRefused for what could not be in force."""
    if wished.tier not in policy.tiers:
        raise ManualTierRefused("unknown_tier", tier=wished.tier, tiers="、".join(policy.tiers))
    if is_over(policy, wished.expires, now):
        raise ManualTierRefused("past", day=str(wished.expires))
    return ManualTier(wished.tier, check_reason(wished.reason), wished.expires)


def check_reason(reason: str) -> str:
    """Return a reason on one line; raises ManualTierRefused for none, or one that cannot be kept."""
    try:
        read = words(LONGEST_REASON)(reason)
    except ValueError as fault:
        raise ManualTierRefused("bad_reason", what=str(fault)) from None
    if not read:
        raise ManualTierRefused("no_reason")
    return read


def is_over(policy: Policy, expires: date, now: datetime) -> bool:
    """Whether the last day has passed in the policy's zone."""
    return now.astimezone(policy.zone).date() > expires


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are, or may be, one person's: NAME who signs in is also the operating system's user NAME."""
    if "cli" in (one, other):  # somebody at the terminal, it is not known who
        return one.startswith("cli") and other.startswith("cli")
    return one == other or (name_of(one) is not None and name_of(one) == name_of(other))


def name_of(by: str) -> str | None:
    """Return a person's name as the journal names them; None for a program (a key, "system")."""
    if by.startswith("key ") or by in ("system", "cli"):
        return None
    return by.removeprefix("cli ")
