"""The vault's key file, changed: a further key to seal with, and the end of one that seals nothing any more."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from escalation import key_file
from escalation.vault import KEY_BYTES, Vault, VaultError, encoded


def add_key(path: Path) -> str:
    """Add a key to the file, from now on the one to seal with; return its id. Raises VaultError."""
    content = _content(path)
    numbers = [int(each[1:]) for each in content["keys"] if each[:1] == "k" and each[1:].isdecimal()]
    added = f"k{max(numbers, default=0) + 1}"
    keys = content["keys"] | {added: encoded(secrets.token_bytes(KEY_BYTES))}
    _write(path, content | {"current": added, "keys": keys})
    return added


def drop_key(path: Path, key_id: str) -> None:
    """Remove a key that is not in use; what is still sealed with it can never be read again. Raises VaultError."""
    content = _content(path)
    if key_id not in content["keys"]:
        raise VaultError(f'There is no key "{key_id}"; there are {", ".join(sorted(content["keys"]))}.')
    if key_id == content["current"]:
        raise VaultError(f'The key "{key_id}" is in use; `jiedai keys rotate` makes another one first.')
    _write(path, content | {"keys": {name: key for name, key in content["keys"].items() if name != key_id}})


def _content(path: Path) -> dict[str, Any]:
    Vault.from_file(path)  # says what is wrong with it
    found: dict[str, Any] = json.loads(key_file.read(path))
    return found


def _write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=2) + "\n"
    Vault.from_text(text)
    try:
        key_file.replace(path, text)
    except key_file.KeyFileError as fault:
        raise VaultError(str(fault)) from fault
