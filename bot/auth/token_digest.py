"""The digest stored in place of a secret token, so that a leaked table gives no access."""

from __future__ import annotations

import hashlib


def token_digest(token: str) -> str:
    """Return the SHA-256 in 64 hex digits. For random tokens only; passwords need a slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
