"""Authors as editions keep them: the name that people read, and the sign-in name that is one person's for good."""

from __future__ import annotations

import re

LONGEST = 64  # characters, as many as the columns of authors hold


def signature(name: str, login: str) -> str:
    """Return `name (login)`, the name shortened where both are too long together."""
    return f"{name[: LONGEST - len(login) - 3].rstrip()} ({login})"[:LONGEST]


def login_of(author: str) -> str:
    """Return the sign-in name of a signature; for what a command was given as its author, `cli` with it."""
    found = re.search(r"\(([^()]+)\)$", author)
    return found.group(1) if found else f"cli {author}".strip()
