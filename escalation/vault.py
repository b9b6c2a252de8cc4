"""Encryption of personal data in rows, and keyed fingerprints to find it again."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from escalation import key_file
from escalation.normalise import normal_email, normal_name, normal_phone
from escalation.refusals import EscalationRefusal

__all__ = ["Vault", "VaultError", "normal_email", "normal_name", "normal_phone"]

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NONCE_BYTES = 12
KEY_BYTES = 32


class VaultError(EscalationRefusal):
    """Encrypted text that cannot be read, or keys that cannot be used; the text is a whole sentence."""


class Vault:
    """Encrypts (AES-256-GCM) with the current key, decrypts with any key it holds.

    Stored text is `key id.base64url(nonce + ciphertext)`. The key id, the field and the row are authenticated with it,
    so text copied into another row or column does not open.
    """

    __slots__ = ("_ciphers", "_current", "_file", "_lookup_key", "_read_at")

    def __init__(self, keys: Mapping[str, bytes], current: str, lookup_key: bytes) -> None:
        for key_id, key in keys.items():
            _check_key(key_id, key)
        if current not in keys:
            raise VaultError(f'The current key "{current}" must be one of: {", ".join(sorted(keys)) or "none"}.')
        if len(lookup_key) < KEY_BYTES:
            raise VaultError(f"The look-up key must have at least {KEY_BYTES} bytes; it has {len(lookup_key)}.")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current
        self._lookup_key = lookup_key
        self._file: Path | None = None  # which it was read from …
        self._read_at = 0  # … when that had been written last

    def __repr__(self) -> str:
        return f"Vault(current={self._current!r})"

    @classmethod
    def from_text(cls, text: str, *, source: str = "the vault's keys") -> Vault:
        """Read the keys from the JSON of a key file; raises VaultError when they cannot be used.

        `source` is what an error calls the text, which is secret and never shown.
        """
        try:
            content = json.loads(text)
            keys = {str(key_id): _decoded(key) for key_id, key in content["keys"].items()}
            return cls(keys, str(content["current"]), _decoded(content["lookup_key"]))
        except VaultError as fault:
            raise VaultError(f"{source}: {fault}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VaultError(
                f'{source}: it must be JSON with "current", "keys" (id to base64) and "lookup_key" (base64).'
            ) from None

    @classmethod
    def from_file(cls, path: Path) -> Vault:
        """Read a key file; raises VaultError when it cannot be used or others than its owner can read it."""
        try:
            written = _written(path)
            found = cls.from_text(key_file.read(path), source=str(path))
        except key_file.KeyFileError as fault:
            raise VaultError(str(fault)) from fault
        found._file, found._read_at = path, written
        return found

    @classmethod
    def generate(cls, path: Path) -> Vault:
        """Write a key file with new keys unless it exists, and read it; an existing one is never replaced.

        Raises VaultError when the file cannot be written or used.
        """
        content = {
            "current": "k1",
            "keys": {"k1": encoded(secrets.token_bytes(KEY_BYTES))},
            "lookup_key": encoded(secrets.token_bytes(KEY_BYTES)),
        }
        try:
            key_file.create(path, json.dumps(content, indent=2) + "\n")
        except key_file.KeyFileError as fault:
            raise VaultError(str(fault)) from fault
        return cls.from_file(path)

    @property
    def current(self) -> str:
        """The id of the key that new values are sealed with."""
        return self._current

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of all its keys, sorted."""
        return tuple(sorted(self._ciphers))

    def refresh(self) -> bool:
        """Take over the keys of its file if that was written since; return whether it was.

        One that cannot be read now changes nothing.
        """
        if self._file is None or _written(self._file) in (0, self._read_at):
            return False
        try:
            found = Vault.from_file(self._file)
        except VaultError:
            return False
        if found._lookup_key != self._lookup_key:  # of another installation
            return False
        self._ciphers, self._current, self._read_at = found._ciphers, found._current, found._read_at
        return True

    def seal(self, text: str, *, row: str, field: str) -> str:
        """Encrypt a text for this row and field, with a random nonce: equal texts differ in storage."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), _bound_to(self._current, row, field))
        return f"{self._current}.{encoded(nonce + sealed)}"

    def is_current(self, stored: str) -> bool:
        """Whether a text was sealed with the current key."""
        return stored.startswith(f"{self._current}.")

    def open(self, stored: str, *, row: str, field: str) -> str:
        """Decrypt the text that was sealed for this row and field.

        Raises VaultError when its key is missing, or it was altered, moved, or sealed with another key.
        """
        key_id, _, body = stored.partition(".")
        cipher = self._cipher(key_id)
        if cipher is None:
            raise VaultError(f'{field} of row {row} cannot be read: its key "{key_id}" is missing.')
        try:
            raw = _decoded(body)
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(key_id, row, field)).decode()
        except (InvalidTag, ValueError):
            raise VaultError(
                f"{field} of row {row} cannot be read: it was altered, moved here, or sealed with another key."
            ) from None

    def seal_column(self, text: str, field: str) -> str:
        """Encrypt a text for any row of a column: `field` is "table.column"."""
        return f"{self._current}.{encoded(self._encrypted(text.encode(), field))}"

    def open_column(self, stored: str, field: str) -> str:
        """Decrypt a text of a column; raises VaultError as `open` does."""
        key_id, _, body = stored.partition(".")
        try:
            return self._decrypted(key_id, _decoded(body), field).decode()
        except ValueError:
            raise VaultError(f"{field} cannot be read: it was altered.") from None

    def seal_bytes(self, content: bytes, field: str) -> bytes:
        """Encrypt bytes for any row of a column."""
        return f"{self._current}.".encode() + self._encrypted(content, field)

    def open_bytes(self, stored: bytes, field: str) -> bytes:
        """Decrypt bytes of a column; raises VaultError as `open` does."""
        key_id, _, body = stored.partition(b".")
        return self._decrypted(key_id.decode("ascii", "replace"), body, field)

    def _cipher(self, key_id: str) -> AESGCM | None:
        """The cipher of a key; another process may have added it to the file meanwhile."""
        if key_id not in self._ciphers:
            self.refresh()
        return self._ciphers.get(key_id)

    def _encrypted(self, content: bytes, field: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ciphers[self._current].encrypt(nonce, content, _bound_to_column(self._current, field))

    def _decrypted(self, key_id: str, raw: bytes, field: str) -> bytes:
        cipher = self._cipher(key_id)
        if cipher is None:
            raise VaultError(f'{field} cannot be read: its key "{key_id}" is missing.')
        try:
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to_column(key_id, field))
        except (InvalidTag, ValueError):
            raise VaultError(f"{field} cannot be read: it was altered, or sealed with another key.") from None

    def derived(self, purpose: str) -> bytes:
        """Return a key for this purpose that no rotation changes."""
        return hmac.digest(self._lookup_key, purpose.encode(), "sha256")

    def fingerprint(self, text: str, *, field: str) -> str:
        """Return the HMAC-SHA256 of a normalised value and field, in hexadecimal, to look up equal values."""
        return hmac.digest(self._lookup_key, f"{field}\0{text}".encode(), "sha256").hex()


def _written(path: Path) -> int:
    """When a file was written last, in ns; 0 where it cannot be asked."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _check_key(key_id: str, key: bytes) -> None:
    if not _KEY_ID.fullmatch(key_id):
        raise VaultError("A key id must be 1 to 32 letters, digits, hyphens or underscores.")
    if len(key) != KEY_BYTES:
        raise VaultError(f'Key "{key_id}" must have {KEY_BYTES} bytes; it has {len(key)}.')


def _bound_to(key_id: str, row: str, field: str) -> bytes:
    return json.dumps([key_id, field, row]).encode()


@lru_cache(512)
def _bound_to_column(key_id: str, field: str) -> bytes:
    return _bound_to(key_id, "", field)


def encoded(raw: bytes) -> str:
    """Return bytes as a key file writes them."""
    return base64.urlsafe_b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    """Strict: characters outside the alphabet are refused, not skipped."""
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
