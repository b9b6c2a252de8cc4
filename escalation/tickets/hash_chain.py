"""The hash chain of a ticket's history: each line's hash covers the line and the previous hash; pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from escalation.journal.erased_lines import Erasure

MOST_COMPARED = 12  # wrong lines of one ticket among which moved ones are looked for: the work grows with their cube


def link(
    previous: str,
    ticket_id: int,
    seq: int,
    at: datetime,
    kind: str,
    staff_id: int | None,
    data: Mapping[str, Any],
    *,
    key: bytes = b"",
    salt: str = "",
) -> str:
    """Return the HMAC-SHA256 of a line, in hexadecimal; `previous` is empty for a ticket's first line.

    Without a key it is the plain SHA-256, which lines had before the chains were keyed. Lines have a random salt since
    their content can be erased: once it is gone, nobody can try what the hash was made of.
    """
    line = [previous, ticket_id, seq, at.astimezone(UTC).isoformat(timespec="microseconds"), kind, staff_id, data]
    line += [salt] if salt else []
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, text.encode(), "sha256").hex() if key else hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a ticket's history: number of lines and hash of the last; empty for lines from before the chain."""

    lines: int
    hash: str


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """A line of history as the database holds it."""

    id: int
    ticket_id: int
    seq: int
    at: datetime | None  # None, like `data`: what stands there cannot be read
    kind: str
    staff_id: int | None
    data: Mapping[str, Any] | None
    hash: str
    salt: str = ""
    erased: Erasure | None = None

    def follows(self, previous: str, seq: int, key: bytes = b"") -> bool:
        """Whether its hash is that of this line after `previous`, at place `seq`; of an erased one, its seal.

        An erased line has no salt.
        """
        if self.at is None or self.data is None:
            return False
        line = (self.ticket_id, seq, self.at, self.kind, self.staff_id, self.data)
        if self.erased is not None:
            return not self.salt and self.erased.fits(key, previous, *line, self.hash)
        return self.hash == link(previous, *line, key=key, salt=self.salt)


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A deviation in a history, in a whole sentence."""

    ticket_id: int
    line: int | None
    message: str

    def __str__(self) -> str:
        """`Ticket 12, line 3: sentence`."""
        return f"Ticket {self.ticket_id}{'' if self.line is None else f', line {self.line}'}: {self.message}"


class Trail:
    """Verifies one ticket's history line by line, in the order of `seq`, and collects faults.

    `began` is the id of the first line anywhere that has a hash: later lines have one, too. `kept` is the head as noted
    elsewhere before, if any.
    """

    def __init__(self, ticket_id: int, began: int | None, kept: Head | None = None, key: bytes = b"") -> None:
        """Begin before the first line."""
        self.key = key
        self.ticket_id, self.began, self.kept = ticket_id, began, kept
        self.found: list[ChainFault] = []
        self.before = 0  # lines from before there was a chain
        self._hash, self._seq, self._chained = "", 0, False
        self._wrong: list[tuple[HistoryRecord, str]] = []  # with the hash that stands before each

    def read(self, line: HistoryRecord) -> None:
        """Verify the next line."""
        complete = line.seq == self._seq + 1
        if not complete:
            self._note(None, _gap(self._seq, line.seq))
        if line.hash:
            # Behind a gap nobody knows the hash that a line follows; the gap is told already.
            if complete and not line.follows(self._hash, line.seq, self.key):
                self._wrong.append((line, self._hash))
            self._chained = True
        else:
            self._read_unhashed(line)
        if self.kept is not None and line.seq == self.kept.lines and self.kept.hash not in ("", line.hash):
            self._note(line.seq, "it is not the line whose hash was kept elsewhere; the history was written anew.")
        self._hash, self._seq = line.hash, line.seq

    def _read_unhashed(self, line: HistoryRecord) -> None:
        if self._chained or (self.began is not None and line.id > self.began):
            self._note(line.seq, f'"{line.kind}" has no hash, though the chain had begun; the hash was taken away.')
        else:
            self.before += 1

    def finish(self, head: Head | None) -> list[ChainFault]:
        """Return every fault after the last line; `head` is what the ticket itself says, None when it is gone."""
        self._explain()
        if head is None:
            self._note(None, "the ticket is gone, though its history stands; it was deleted past the desk.")
        elif self._seq < head.lines:
            last = f"its history ends with line {self._seq}" if self._seq else "it has no history"
            self._note(None, f"{last}, though the ticket counts {head.lines}; the end was cut off.")
        elif self._seq > head.lines:
            self._note(None, f"it has {self._seq} lines, though the ticket counts {head.lines}; some were slipped in.")
        elif self._hash != head.hash:
            self._note(None, f"the hash of line {self._seq} is not the one the ticket ends with; either was changed.")
        if self.kept is not None and self._seq < self.kept.lines:
            self._note(None, f"it has {self._seq} lines, fewer than the {self.kept.lines} that were kept elsewhere.")
        return sorted(self.found, key=lambda fault: (fault.line is None, fault.line or 0))

    def _explain(self) -> None:
        """Tell a line that was moved from one that was changed: its hash still fits the place it was written for."""
        places = {line.seq: previous for line, previous in self._wrong}
        hashes = {line.hash for line, _ in self._wrong}
        for line, previous in self._wrong:
            at_home = None
            if len(self._wrong) <= MOST_COMPARED:
                near = {line.seq - 1: {previous}, line.seq + 1: {previous}}
                homes = {**near, **{seq: hashes | {before} for seq, before in places.items() if seq != line.seq}}
                at_home = next(
                    (seq for seq, all_ in homes.items() if any(line.follows(h, seq, self.key) for h in all_)), None
                )
            self._note(line.seq, _wrong(line, at_home))

    def _note(self, line: int | None, message: str) -> None:
        self.found.append(ChainFault(self.ticket_id, line, message))


def _gap(last: int, found: int) -> str:
    if found <= last:
        return f"a line has the number {found}, which no line can have after line {last}; it was slipped in."
    missing = f"line {last + 1} is" if found == last + 2 else f"lines {last + 1} to {found - 1} are"
    neighbour = f"line {last} is followed by line {found}" if last else f"its history begins with line {found}"
    return f"{missing} missing; {neighbour}."


def _wrong(line: HistoryRecord, at_home: int | None) -> str:
    if line.at is None or line.data is None:
        return f'"{line.kind}" cannot be read; its instant or its data was changed.'
    if at_home is not None:
        return f'"{line.kind}" stands in the wrong place; it was written as line {at_home}.'
    return f'"{line.kind}" does not fit its hash; it was changed, or the line before it was put in another\'s place.'


def digest(heads: Iterable[tuple[int, Head]]) -> str:
    """Return one SHA-256 over all heads in the order of the tickets' numbers."""
    found = hashlib.sha256()
    for ticket_id, head in heads:
        found.update(f"{ticket_id} {head.lines} {head.hash}\n".encode())
    return found.hexdigest()
