"""Canned replies of a file are kept, all or none, and every fault is named by its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.tickets.canned_replies import JOURNAL, CannedReplyRefused, demand_room, demand_sound
from bot.transcript import canned_reply_store as store
from bot.transcript.canned_reply_store import CannedReplyWords
from escalation.journal.journal_store import record
from escalation.policy.model import Policy
from escalation.staff import Staff


@dataclass(frozen=True, slots=True)
class CannedReplyFault:
    """What is wrong at a line (0: with the file as a whole)."""

    line: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


class CannedReplyFaults(Exception):
    """All faults of a file; nothing of it was kept."""

    def __init__(self, faults: Sequence[CannedReplyFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))


@dataclass(frozen=True, slots=True)
class CannedReplyEntry:
    """A reply as a file has it."""

    line: int
    team: bool
    words: CannedReplyWords


def import_replies(
    db: Connection, policy: Policy, who: Staff, entries: Sequence[CannedReplyEntry], now: datetime
) -> None:
    """Keep all replies of a file, in place of those with the same code; raises CannedReplyFaults, then keeps none."""
    known = store.list_replies(db, who.id)
    by_key = {_key(each.owner_id, each.words): each for each in known}
    faults = [*_unsound(policy, who, entries), *_twice(who, entries)]
    new = [each for each in entries if _key(_owner(who, each), each.words) not in by_key]
    for owner in (None, who.id):
        try:
            demand_room(known, owner, sum(_owner(who, each) == owner for each in new))
        except CannedReplyRefused as refused:
            faults.append(CannedReplyFault(0, refused.code, refused.values))
    if faults:
        raise CannedReplyFaults(faults)
    for entry in entries:
        found = by_key.get(_key(_owner(who, entry), entry.words))
        if found is None:
            store.add_reply(db, _owner(who, entry), entry.words, who.login, now)
        else:
            store.change_reply(db, found.id, entry.words, who.login, now)
    if team := [each.words.code for each in entries if each.team]:
        record(db, JOURNAL, "canned replies imported", who.login, now, after={"codes": team})


def _unsound(policy: Policy, who: Staff, entries: Iterable[CannedReplyEntry]) -> Iterable[CannedReplyFault]:
    for entry in entries:
        try:
            demand_sound(policy, who, entry.words, team=entry.team)
        except CannedReplyRefused as refused:
            yield CannedReplyFault(entry.line, refused.code, refused.values)


def _twice(who: Staff, entries: Collection[CannedReplyEntry]) -> Iterable[CannedReplyFault]:
    first: dict[object, int] = {}
    for entry in entries:
        line = first.setdefault(_key(_owner(who, entry), entry.words), entry.line)
        if entry.words.code and line != entry.line:
            yield CannedReplyFault(entry.line, "taken_in_file", {"found": entry.words.code, "line": str(line)})


def _owner(who: Staff, entry: CannedReplyEntry) -> int | None:
    return None if entry.team else who.id


def _key(owner: int | None, words: CannedReplyWords) -> tuple[int | None, str | None, str]:
    return owner, words.queue, words.code.casefold()
