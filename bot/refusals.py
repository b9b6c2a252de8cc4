"""What ends a command with one sentence instead of a stack trace."""

from __future__ import annotations


def sentence_of(error: Exception) -> str | None:
    """The sentence a person at the terminal should read; None for a fault of ours."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    if _is_refusal(error):
        return str(error)
    # A file that is no database is a plain DatabaseError; its other kinds would be faults of ours.
    if isinstance(error, OperationalError) or type(error) is DatabaseError:
        # The driver's first line names the trouble; the URL may hold a password and is left out.
        return f"The database cannot be used: {str(error.orig).splitlines()[0].rstrip('.')}."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be used: {error.strerror}."
    return None


def _is_refusal(error: Exception) -> bool:
    from bot.app import NotReady
    from bot.publishing import NotPublished
    from bot.settings import BadSettings
    from bot.web.keys import KeyRefused
    from escalation.crm import CrmFaults
    from escalation.key_file import KeyFileError
    from escalation.policy_faults import PolicyFaults
    from escalation.staff import StaffRefused
    from escalation.vault import VaultError
    from knowledge_base.faults import CatalogueFaults
    from knowledge_base.stronger import NoSuchEncoder

    kinds = (
        BadSettings,
        NotReady,
        NotPublished,
        KeyRefused,
        CrmFaults,
        KeyFileError,
        PolicyFaults,
        StaffRefused,
        VaultError,
        CatalogueFaults,
        NoSuchEncoder,
    )
    return isinstance(error, kinds)
