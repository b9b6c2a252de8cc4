"""A long message clause by clause: stories hold the question somewhere in the middle."""

from __future__ import annotations

import re

_CUT = re.compile(r"[，。！？；、,.!?;…\n]+(?!\d)|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_LONG = 12  # signs; a shorter message is one question, commas or not
_SHORT = 4  # signs of a clause that can ask something
_MOST = 6


def clauses_of(text: str) -> tuple[str, ...]:
    """The clauses of a message of several, the longest few, in order; none when it is a single one."""
    if len(text) < _LONG:
        return ()
    clauses = [clause.strip() for clause in _CUT.split(text) if len(clause.strip()) >= _SHORT]
    if len(clauses) < 2:
        return ()
    longest = sorted(clauses, key=len, reverse=True)[:_MOST]
    return tuple(clause for clause in clauses if clause in longest)[:_MOST]
