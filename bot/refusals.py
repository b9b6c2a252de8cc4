"""The refusals whose text is already the sentence a person at the terminal should read."""

from __future__ import annotations


def is_refusal(error: Exception) -> bool:
    """Whether an exception ends a command with its own words."""
    from bot.app import NotReady
    from bot.settings import BadSettings
    from bot.web.keys import KeyRefused
    from escalation.crm import CrmFaults
    from escalation.key_file import KeyFileError
    from escalation.policy_faults import PolicyFaults
    from escalation.staff import StaffRefused
    from escalation.vault import VaultError
    from knowledge_base.faults import CatalogueFaults

    kinds = (
        BadSettings,
        NotReady,
        KeyRefused,
        CrmFaults,
        KeyFileError,
        PolicyFaults,
        StaffRefused,
        VaultError,
        CatalogueFaults,
    )
    return isinstance(error, kinds)
