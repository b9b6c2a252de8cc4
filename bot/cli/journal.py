"""`jiedai audit journal`: read who did what."""

from __future__ import annotations

import json
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge, instant
from escalation.journal.journal_queries import JournalFilter, count_lines, find_lines
from escalation.working_hours.instants import iso

LONGEST = 80  # characters of what was before and after, in the table


def show(
    service: WithoutKnowledge,
    subject: Annotated[str | None, argument("--subject", metavar="S", help="only this one, such as staff:lin")] = None,
    by: Annotated[str | None, argument("--by", metavar="LOGIN", help="only what this person did")] = None,
    since: Annotated[str | None, argument("--since", metavar="T", help="only from this instant on")] = None,
    limit: Annotated[int, argument("--limit", metavar="N", help="how many at most (default: 100)")] = 100,
) -> Result:
    """Return lines of the journal, the newest first; raises NotReady for a limit below 1 or a wrong instant."""
    if limit < 1:
        raise NotReady("--limit must be 1 or more.")
    wanted = JournalFilter(subject or "", by or "", instant(since) if since else None)
    rows = service.database.read_now(find_lines, wanted, limit)
    total = service.database.read_now(count_lines, wanted)
    zone = service.rules.policy.zone
    found = [
        {"subject": row.subject, "seq": row.seq, "at": iso(row.at, zone), "what": row.what, "by": row.by}
        | {"before": row.before, "after": row.after}
        for row in rows
    ]
    lines = [(one["at"], one["by"], one["what"], one["subject"], _change(one["before"], one["after"])) for one in found]
    title = f"The journal: {len(rows)} of {total} lines"
    return Result(found, [Table(title, ("at", "by", "what", "subject", "change"), lines)])


def _change(before: Any, after: Any) -> str:
    text = " → ".join(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in (before, after) if one)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
