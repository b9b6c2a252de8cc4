"""The lines of a CRM table in a few bytes each, and which of them speak of one customer or organisation; pure."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from escalation.customers.crm_drafts import Draft, UnplacedFault, by_organisation, used_twice
from escalation.normalise import normal_name


class PackedDrafts:
    """Lines in the order of the file. What they are looked up by is kept as 64 bits, and compared in full afterwards.

    A hundred thousand lines as values take 100 MB; here little more than their text.
    """

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = array("Q", [0])
        self._shapes: dict[tuple[tuple[str, ...], frozenset[str]], int] = {}  # which fields, and the faulty ones
        self._ids, self._organisations = array("q"), array("q")

    def append(self, draft: Draft) -> None:
        """Keep a line."""
        shape = (tuple(draft.given), draft.faulty)
        values = [draft.line, self._shapes.setdefault(shape, len(self._shapes)), *draft.given.values()]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
        self._text += text.encode()
        self._ends.append(len(self._text))
        self._ids.append(hash(draft.get("id")))
        self._organisations.append(hash(normal_name(draft.get("organisation") or "") or draft.line))

    def used_twice(self) -> Iterator[UnplacedFault]:
        """Yield a fault for each line whose id another has before it."""
        for places in equal_places(self._ids):
            if len(places) > 1:
                yield from used_twice(list(map(self._draft, places)))

    def groups(self) -> Iterator[list[Draft]]:
        """Yield the lines of each organisation, in the order of their first ones; one that names none is by itself."""
        firsts = array("Q", bytes(8 * len(self._organisations)))
        for places in equal_places(self._organisations):
            for place in places:
                firsts[place] = places[0]
        for places in equal_places(firsts):
            drafts = list(map(self._draft, places))
            named = by_organisation(drafts)
            yield from named.values()
            if sum(map(len, named.values())) < len(drafts):
                yield from ([draft] for draft in drafts if not draft.get("organisation"))

    def _draft(self, place: int) -> Draft:
        line, shape, *values = json.loads(self._text[self._ends[place] : self._ends[place + 1]])
        names, faulty = next(each for each, number in self._shapes.items() if number == shape)
        given: dict[str, Any] = dict(zip(names, values, strict=True))
        if given.get("expires"):
            given["expires"] = date.fromisoformat(given["expires"])
        return Draft(line, given, faulty)


def equal_places(keys: array[int]) -> Iterator[list[int]]:
    """Yield the places of each key, in their order."""
    for _, places in groupby(sorted(range(len(keys)), key=keys.__getitem__), key=keys.__getitem__):
        yield list(places)
