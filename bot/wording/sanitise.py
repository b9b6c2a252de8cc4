"""What is kept of a text from outside: everything a person can see, nothing that only deceives."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"


def clean(text: str) -> str:
    """Without control characters, bidirectional overrides, zero-width marks and lone surrogates; trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")).strip()
