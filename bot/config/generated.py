"""Secrets that the product generates."""

from __future__ import annotations

import secrets


def generated_secret(size: int) -> str:
    """Return `size` random bytes as letters, digits, - and _; never with - first, which begins a command's options."""
    while (found := secrets.token_urlsafe(size)).startswith("-"):
        pass
    return found
