"""What is stored of a secret token: whoever reads the table can use none."""

from __future__ import annotations

import hashlib


def token_digest(token: str) -> str:
    """SHA-256 in 64 hex digits. For random tokens only; passwords need a slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
