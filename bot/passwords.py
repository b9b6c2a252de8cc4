"""Passwords are hashed with argon2id, with the second recommended parameter set of OWASP (19 MiB, 2 passes)."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106's 64 MiB would double this small server's memory at every sign-in.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """The form a password is stored in."""
    return _HASHER.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Whether this password made that hash."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """Verified for unknown names, so that they take as long as known ones."""
    return hash_password("nobody signs in with this")
