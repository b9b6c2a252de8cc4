"""Splits a long message into clauses, one of which may be the question; pure."""

from __future__ import annotations

import re

_CUT = re.compile(r"[，。！？；、,.!?;…\n]+(?!\d)|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_LONG = 12  # signs; a shorter message is one question, commas or not
_SHORT = 4  # signs of a clause that can ask something
_MOST = 6


def clauses_of(text: str) -> tuple[str, ...]:
    """Return the longest few clauses in order; empty for a single clause."""
    if len(text) < _LONG:
        return ()
    clauses = [clause.strip() for clause in _CUT.split(text) if len(clause.strip()) >= _SHORT]
    if len(clauses) < 2:
        return ()
    longest = sorted(clauses, key=len, reverse=True)[:_MOST]
    return tuple(clause for clause in clauses if clause in longest)[:_MOST]
