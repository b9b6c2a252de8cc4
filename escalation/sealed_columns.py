"""Types of columns that are sealed at rest: encrypted on the way into the database, decrypted on the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Dialect, LargeBinary, String, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from escalation.column_seal import MARK, UnreadableText, is_current, opened, sealed, vault_in_force
from escalation.vault import VaultError

_SEALED_KEYS = "sealed"  # under which a JSON object keeps those of its values that are sealed …
_KEPT = "unreadable"  # … and what was sealed before, which no key opened when some of them were changed


class _NullsOnly(TypeDecorator.Comparator[Any]):
    """Equal texts are stored differently: SQL can only tell whether there is one."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        if op in (operators.is_, operators.is_not):
            return super().operate(op, *other, **kwargs)
        raise TypeError(f"{self.expr} is sealed: SQL cannot compare, search or sort it")

    reverse_operate = operate


class SealedText(TypeDecorator[str]):
    """A text column whose values are sealed; `field` is "table.column", which they are bound to."""

    impl = Text
    cache_ok = True
    comparator_factory = _NullsOnly

    def __init__(self, field: str, length: int | None = None) -> None:
        """Bind values to this field; `length`: that of the column where it was plain, which SQLite still declares."""
        super().__init__()
        self.field, self.length = field, length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Declare what SQLite does not enforce, so that no table need be copied."""
        if self.length is None or dialect.name != "sqlite":
            return super().load_dialect_impl(dialect)
        return dialect.type_descriptor(String(self.length))

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Seal it."""
        return None if value is None else sealed(value, self.field)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """Open it."""
        return None if value is None else opened(value, self.field)

    def is_current(self, stored: str) -> bool:
        """Whether a stored value is sealed with the current key."""
        return is_current(stored)


class SealedJson(TypeDecorator[Any]):
    """A JSON column whose values are sealed as a whole, and stored as JSON strings."""

    impl = JSON
    cache_ok = True

    def __init__(self, field: str) -> None:
        """Bind values to this field."""
        super().__init__()
        self.field = field

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Seal it."""
        if value is None:
            return None
        if isinstance(value, UnreadableJson):
            return value.stored
        return value if vault_in_force() is None else sealed(_json(value), self.field)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Open it."""
        return opened_json(value, self.field)

    def is_current(self, stored: Any) -> bool:
        """Whether a stored value is sealed with the current key."""
        return isinstance(stored, str) and is_current(stored)


class UnreadableJson(dict[str, Any]):
    """The empty object that stands for one that no key opens; written back it is the stored value, unchanged."""

    stored: str = ""


def opened_json(value: Any, field: str) -> Any:
    """Return the value of a sealed JSON column as its JSON text was read: sealed ones are strings."""
    if not isinstance(value, str) or not value.startswith(MARK):
        return value
    text = opened(value, field)
    if isinstance(text, UnreadableText):
        found = UnreadableJson()
        found.stored = text.stored
        return found
    return json.loads(text)


class PartlySealedJson(TypeDecorator[Any]):
    """A column of JSON objects of which the values of some keys are sealed together; SQL can ask for the others."""

    impl = JSON
    cache_ok = True

    def __init__(self, field: str, *keys: str) -> None:
        """Seal the values of these keys."""
        super().__init__()
        self.field, self.keys = field, frozenset(keys)

    def process_bind_param(self, value: Mapping[str, Any] | None, _dialect: Dialect) -> Any:
        """Seal the values of its keys."""
        if value is None or vault_in_force() is None:
            return value
        private = {name: value[name] for name in value.keys() & self.keys}
        if not private:
            return value
        plain = {name: each for name, each in value.items() if name not in {*private, _SEALED_KEYS}}
        if _SEALED_KEYS in value:  # it could not be read: it is kept beside what is sealed now
            plain[_KEPT] = [*value.get(_KEPT, ()), value[_SEALED_KEYS]]
        return plain | {_SEALED_KEYS: sealed(_json(private), self.field)}

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Open them, later ones in place of earlier; what no key opens stays where it is."""
        if not isinstance(value, dict) or _SEALED_KEYS not in value:
            return value
        found = {name: each for name, each in value.items() if name not in (_SEALED_KEYS, _KEPT)}
        kept = [*value.get(_KEPT, ()), value[_SEALED_KEYS]]
        texts = [opened(each, self.field) for each in kept]
        for text in texts:
            found |= json.loads(text) if not isinstance(text, UnreadableText) else {}
        closed = [text.stored for text in texts if isinstance(text, UnreadableText)]
        if closed and isinstance(texts[-1], UnreadableText):
            found[_SEALED_KEYS] = closed.pop()
        return found | {_KEPT: closed} if closed else found

    def is_current(self, stored: Any) -> bool:
        """Whether what is to be sealed of a stored value is sealed with the current key."""
        if not isinstance(stored, dict) or self.keys & stored.keys():
            return not isinstance(stored, dict)
        return all(
            map(is_current, [*stored.get(_KEPT, ()), *([stored[_SEALED_KEYS]] if _SEALED_KEYS in stored else ())])
        )


class SealedBytes(TypeDecorator[bytes]):
    """A column of bytes that are sealed; what no key opens is read as empty."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, field: str) -> None:
        """Bind values to this field."""
        super().__init__()
        self.field = field

    def process_bind_param(self, value: bytes | None, _dialect: Dialect) -> bytes | None:
        """Seal them."""
        if isinstance(value, UnreadableBytes):
            return value.stored
        vault = vault_in_force()
        return value if value is None or vault is None else MARK.encode() + vault.seal_bytes(value, self.field)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> bytes | None:
        """Open them."""
        if value is None or not value.startswith(MARK.encode()):
            return value
        vault = vault_in_force()
        try:
            return vault.open_bytes(value[1:], self.field) if vault is not None else UnreadableBytes.of(value)
        except VaultError:
            return UnreadableBytes.of(value)

    def is_current(self, stored: bytes) -> bool:
        """Whether a stored value is sealed with the current key."""
        vault = vault_in_force()
        return vault is None or stored.startswith(f"{MARK}{vault.current}.".encode())


class UnreadableBytes(bytes):
    """The empty bytes that stand for those that no key opens; written back they are the stored value, unchanged."""

    stored: bytes

    @classmethod
    def of(cls, stored: bytes) -> UnreadableBytes:
        """Return them for what the database holds."""
        found = cls()
        found.stored = stored
        return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
