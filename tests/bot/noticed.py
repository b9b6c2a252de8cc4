"""A policy with another privacy notice, or with none."""

from __future__ import annotations

from dataclasses import replace

from escalation.policy.model import Policy
from escalation.policy.privacy_notice import PrivacyNotice


def with_notice(policy: Policy, notice: PrivacyNotice | None) -> Policy:
    """The policy with this notice."""
    return replace(policy, privacy=replace(policy.privacy, notice=notice))
