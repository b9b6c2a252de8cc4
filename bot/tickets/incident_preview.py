"""Whom an interruption that is not declared yet would tell, and what they would read; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.rules import Rules
from bot.tickets.incidents import checked, spellings_of
from bot.transcript.conversations import conversations
from bot.wording.phrases import in_script
from escalation.incidents.incident_reach import touched_tickets
from escalation.incidents.model import IncidentDraft
from escalation.staff import Staff

CHUNK = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class TierReach:
    """The open tickets of one tier that an interruption touches, and the customers they are of."""

    tier: str
    tickets: int
    customers: int


@dataclass(frozen=True, slots=True)
class IncidentPreview:
    """What declaring it would do: whom it tells at once, by tier, and the texts in the scripts that they read."""

    draft: IncidentDraft
    tiers: tuple[TierReach, ...]
    tickets: int
    customers: int
    unreachable: int  # of the customers: who have blocked the bot or left
    texts: tuple[str, ...]  # simplified first


def preview(db: Connection, rules: Rules, who: Staff, draft: IncidentDraft) -> IncidentPreview:
    """Return what declaring an interruption would do now; raises IncidentRefused as declaring it would."""
    draft = checked(db, rules, who, draft)
    touched = touched_tickets(db, draft, spellings_of(draft.words))
    order = [*rules.policy.tiers, *(tier for tier, _ in touched)]
    tiers = sorted({tier for tier, _ in touched}, key=order.index)
    found = [(tier, [talk for each, talk in touched if each == tier]) for tier in tiers]
    talks = sorted({talk for _, talk in touched})
    languages, unreachable = _talks(db, talks)
    return IncidentPreview(
        draft,
        tuple(TierReach(tier, len(theirs), len(set(theirs))) for tier, theirs in found),
        len(touched),
        len(talks),
        unreachable,
        tuple(dict.fromkeys(in_script(draft.notice, each) for each in ("zh-Hans", *sorted(languages)))),
    )


def _talks(db: Connection, ids: list[int]) -> tuple[set[str], int]:
    languages, unreachable = set[str](), 0
    for start in range(0, len(ids), CHUNK):
        mine = conversations.c.id.in_(ids[start : start + CHUNK])
        for row in db.execute(select(conversations.c.language, conversations.c.unreachable_at).where(mine)):
            languages.add(row.language)
            unreachable += row.unreachable_at is not None
    return languages, unreachable
