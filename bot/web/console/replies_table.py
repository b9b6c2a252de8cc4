"""Canned replies as a table: read whole, or refused with every line that cannot be read, and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.files.cell_values import Cell, ExportTable
from bot.files.faults import TableUnreadable
from bot.files.headings import Columns
from bot.files.table import read_table, rows_of
from bot.tickets.canned_reply_import import CannedReplyEntry, CannedReplyFault, CannedReplyFaults
from bot.transcript.canned_reply_store import CannedReply, CannedReplyWords
from bot.wording.canned_replies import HEADINGS, OWN, SHEET, TEAM
from bot.wording.sanitise import clean

REQUIRED = ("code", "title", "text")
_COLUMNS = Columns("reply", (*HEADINGS,), REQUIRED, {label: name for name, label in HEADINGS.items()})


def read_entries(content: bytes, suffix: str = "") -> tuple[CannedReplyEntry, ...]:
    """Read the replies of a CSV or XLSX file; raises CannedReplyFaults."""
    try:
        rows = rows_of(read_table(content, suffix), _COLUMNS)
    except TableUnreadable as refused:
        fault = refused.fault
        raise CannedReplyFaults([CannedReplyFault(fault.line, fault.code, fault.values)]) from None
    faults = [CannedReplyFault(each.line, each.code, each.values) for each in rows.faults]
    entries: list[CannedReplyEntry] = []
    for line, cells in rows.rows:
        given = {name: clean(cell or "") for name, cell in cells.items()}
        scope = given.get("scope") or OWN
        if scope not in (OWN, TEAM):
            faults.append(CannedReplyFault(line, "bad_scope", {"found": scope[:40]}))
        limits = {name: given.get(name) or None for name in ("queue", "topic", "tier")}
        words = CannedReplyWords(given.get("code", ""), given.get("title", ""), given.get("text", ""), **limits)
        entries.append(CannedReplyEntry(line, scope == TEAM, words))
    if faults:
        raise CannedReplyFaults(faults)
    return tuple(entries)


def reply_table(replies: Iterable[CannedReply], names: Mapping[str, str]) -> ExportTable:
    """Return the replies as a table that can be read again; `names` are those of who changed them, by sign-in name."""
    return ExportTable(SHEET, list(HEADINGS.values()), [_row(each, names) for each in replies])


def _row(reply: CannedReply, names: Mapping[str, str]) -> list[Cell]:
    words = reply.words
    said: list[Cell] = [TEAM if reply.is_team else OWN, words.code, words.title, words.text]
    return [*said, words.queue, words.topic, words.tier, reply.uses, names.get(reply.changed_by, reply.changed_by)]
