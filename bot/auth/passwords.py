"""Passwords: hashed with argon2id, with the leanest parameter set that OWASP recommends (7 MiB, 5 passes)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# All of its sets resist alike; RFC 9106's 64 MiB would stay with a small server after every sign-in.
_HASHER = PasswordHasher(time_cost=5, memory_cost=7_168, parallelism=1)


def hash_password(password: str) -> str:
    """Return the salted hash of a password, in argon2's encoded form."""
    return _HASHER.hash(_normal(password))


def is_password(stored: str, password: str) -> bool:
    """Whether a stored hash was made from this password; False for a damaged hash."""
    try:
        return _HASHER.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def dummy_hash() -> str:
    """Return a hash to verify against when a sign-in name is unknown, so that this takes as long as for a known one."""
    return hash_password("nobody signs in with this")


def _normal(password: str) -> str:
    # Two keyboards may send the same letters in different forms (NIST SP 800-63B).
    return unicodedata.normalize("NFKC", password)
