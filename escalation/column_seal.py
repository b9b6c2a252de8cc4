"""What columns that are sealed at rest are sealed and opened with, and what stands for a value that no key opens.

Which vault does it is said around each transaction (`opened_with`). Without one values are written as they are; what is
not sealed is read as it is, so a database from before is read while it is being sealed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from escalation.vault import Vault, VaultError

MARK = "\x02"  # begins what is sealed; no text that people write holds this character
UNREADABLE = "（此处内容无法读取：缺少密钥或已被改动）"

_vault: ContextVar[Vault | None] = ContextVar("jiedai_vault", default=None)


@contextmanager
def opened_with(vault: Vault | None) -> Iterator[None]:
    """Seal and open columns with this vault until the end, in this thread; None leaves what is in force."""
    token = _vault.set(vault or _vault.get())
    try:
        yield
    finally:
        _vault.reset(token)


class UnreadableText(str):
    """What stands for a value that no key opens; written back it is the stored value, unchanged."""

    __slots__ = ("stored",)
    stored: str

    @classmethod
    def of(cls, stored: str) -> UnreadableText:
        """Return it for what the database holds."""
        found = cls(UNREADABLE)
        found.stored = stored
        return found


def is_current(stored: str) -> bool:
    """Whether a stored text is sealed with the key that new values are sealed with."""
    vault = _vault.get()
    return vault is None or stored.startswith(f"{MARK}{vault.current}.")


def sealed(text: str, field: str) -> str:
    """Return a text as it is stored in the column `field` ("table.column")."""
    if isinstance(text, UnreadableText):
        return text.stored
    vault = _vault.get()
    return text if vault is None else MARK + vault.seal_column(text, field)


def opened(stored: str, field: str) -> str:
    """Return the text that is stored in the column `field`; UnreadableText when no key at hand opens it."""
    if not stored.startswith(MARK):
        return stored
    vault = _vault.get()
    try:
        return UnreadableText.of(stored) if vault is None else vault.open_column(stored[1:], field)
    except VaultError:
        return UnreadableText.of(stored)


def vault_in_force() -> Vault | None:
    """Return the vault that seals in this thread."""
    return _vault.get()
