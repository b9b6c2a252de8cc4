"""Takes a person out of the journal: their chain gets another name, lines that name them lose what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from escalation.journal.erased_lines import erasure_seal
from escalation.journal.journal_store import SUBJECTS, erasable, journal_heads, journal_lines, seal, subject_of
from escalation.journal.keyed import key_of

_KEPT = ("subject", "by", "before", "after")
_ERASED = (
    update(journal_lines)
    .where(journal_lines.c.id == bindparam("line"))
    .values(
        **{name: bindparam(f"new_{name}") for name in _KEPT},
        erased_by=bindparam("who"),
        erased_at=bindparam("when"),
        erasure=bindparam("sealed"),
    )
)


def erase_subject(db: Connection, subject: str, instead: str, by: str, at: datetime) -> int:
    """Give a subject's chain another name and erase what its lines say; returns how many. Not twice: nothing is left.

    The chain of subjects names the new one from then on.
    """
    subject, instead = subject_of(subject), subject_of(instead)
    rows = db.execute(
        select(journal_lines).where(journal_lines.c.subject == subject).order_by(journal_lines.c.seq)
    ).all()
    head = select(journal_heads).where(journal_heads.c.subject == subject).with_for_update()
    end = db.execute(head).one_or_none()
    if end is None:
        return 0
    for row in reversed(rows):
        _erase(db, row, {"subject": instead, "before": {}, "after": {}}, by, at)
    sealed = seal(key_of(db), instead, end.lines, end.hash)
    db.execute(update(journal_heads).where(journal_heads.c.subject == subject).values(subject=instead, seal=sealed))
    _rename_in_subjects(db, subject, instead, by, at)
    return len(rows)


def erase_mentions(db: Connection, words: Mapping[str, str], by: str, at: datetime, above: int, limit: int) -> int:
    """Erase what those of the next `limit` lines above an id say that name one of these words; returns the last id.

    `words`: what stands for each instead, where a line's author is named so. 0: there are no more lines. Chains keep
    their subjects.
    """
    named = naming(words)
    rows = db.execute(
        select(journal_lines).where(journal_lines.c.id > above).order_by(journal_lines.c.id).limit(limit)
    ).all()
    for row in rows:
        said = json.dumps([row.before, row.after], ensure_ascii=False)
        if named.search(row.by) or (row.subject != SUBJECTS and named.search(said)):
            author = named.sub(lambda match: words[match[0]], row.by)
            left = {"after": row.after} if row.subject == SUBJECTS else {"after": {}}
            _erase(db, row, {"by": author, "before": {}, **left}, by, at)
    return int(rows[-1].id) if rows else 0


def erase_content(db: Connection, lines: Sequence[Row[Any]], by: str, at: datetime) -> None:
    """Erase what these lines say before and after; what happened, when, to what and by whom stays."""
    for row in lines:
        _erase(db, row, {"before": {}, "after": {}}, by, at)


def naming(words: Mapping[str, str]) -> re.Pattern[str]:
    """Return what finds one of these words where it stands by itself, not within a longer one."""
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")


def _rename_in_subjects(db: Connection, subject: str, instead: str, by: str, at: datetime) -> None:
    query = select(journal_lines).where(journal_lines.c.subject == SUBJECTS).order_by(journal_lines.c.seq)
    for row in db.execute(query).all():
        if row.after.get("subject") == subject:
            _erase(db, row, {"before": {}, "after": {"subject": instead}}, by, at)


def _erase(db: Connection, row: Row[Any], left: Mapping[str, Any], by: str, at: datetime) -> None:
    """Write what is left of a line, sealed; of a chain that is being renamed the latest line is erased first."""
    before = (journal_lines.c.subject == row.subject, journal_lines.c.seq == row.seq - 1)
    previous = db.scalar(select(journal_lines.c.hash).where(*before)) or ""
    new = {**row._asdict(), **left}
    values: dict[str, Any] = {f"new_{name}": new[name] for name in _KEPT}
    sealed = erasure_seal(key_of(db), by, at, previous, *erasable(new))
    db.execute(_ERASED, {"line": row.id, **values, "who": by, "when": at, "sealed": sealed})
