"""Lists of staff ids in one text column, which any database can search; pure."""

from __future__ import annotations

from collections.abc import Iterable


def of_ids(ids: Iterable[int]) -> str:
    """Return ids as a text between commas, in which a database finds one as `,7,`; empty for none."""
    found = ",".join(str(each) for each in sorted(set(ids)))
    return f",{found}," if found else ""


def ids_in(text: str) -> frozenset[int]:
    """Return the ids that `of_ids` wrote."""
    return frozenset(int(each) for each in text.split(",") if each)
