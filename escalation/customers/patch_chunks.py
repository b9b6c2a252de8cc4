"""CRM records in chunks, packed: those of one organisation together; pure."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence

from escalation.customers.customer_patch import CustomerPatch, as_mapping, of_mapping
from escalation.customers.packed_drafts import equal_places
from escalation.normalise import normal_email, normal_phone

CHUNK = 50  # records, a little more where an organisation has more contacts: it is written as a whole
LARGEST = 200  # contacts of one organisation in one chunk


class PatchChunks(Collection[list[CustomerPatch]]):
    """Records in chunks, each unpacked while it is looked at: a hundred thousand take a few megabytes."""

    def __init__(self, groups: Iterable[Sequence[CustomerPatch]] = ()) -> None:
        """`groups`: the records of each organisation."""
        self.contacts = 0
        self.agents: set[str] = set()  # who are named
        self._packed: list[bytes] = []
        self._numbers = array("q")  # hashes
        chunk: list[CustomerPatch] = []
        for group in groups:
            for begin in range(0, len(group), LARGEST):
                part = group[begin : begin + LARGEST]
                if chunk and len(chunk) + len(part) > CHUNK:
                    self._pack(chunk)
                    chunk = []
                chunk += part
        if chunk:
            self._pack(chunk)

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[list[CustomerPatch]]:
        return map(of_text, self.texts())

    def __contains__(self, chunk: object) -> bool:
        return any(chunk == each for each in self)

    def texts(self) -> Iterator[str]:
        """Yield each chunk as text, of which `of_text` makes records."""
        return (zlib.decompress(each).decode() for each in self._packed)

    def repeated_numbers(self) -> set[str]:
        """Return the phone numbers and addresses, normalised, that several records give."""
        repeated = {self._numbers[places[0]] for places in equal_places(self._numbers) if len(places) > 1}
        if not repeated:
            return set()
        return {number for chunk in self for patch in chunk for number in _numbers(patch) if hash(number) in repeated}

    def _pack(self, chunk: Sequence[CustomerPatch]) -> None:
        text = json.dumps([as_mapping(patch) for patch in chunk], ensure_ascii=False)
        self._packed.append(zlib.compress(text.encode(), 1))
        self.contacts += len(chunk)
        self._numbers.extend(hash(number) for patch in chunk for number in _numbers(patch))
        self.agents.update(patch.agent for patch in chunk if isinstance(patch.agent, str))


def _numbers(patch: CustomerPatch) -> Iterator[str]:
    if isinstance(patch.phone, str):
        yield normal_phone(patch.phone)
    if isinstance(patch.email, str):
        yield normal_email(patch.email)


def of_text(text: str) -> list[CustomerPatch]:
    """Return the records of a chunk."""
    return [of_mapping(each) for each in json.loads(text)]
