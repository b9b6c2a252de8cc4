"""Canned replies are kept: by whom, and what they may say."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.transcript import canned_reply_store as store
from bot.transcript.canned_reply_store import CannedReply, CannedReplyWords
from bot.wording.canned_replies import OWN, PLACEHOLDERS, TEAM, unknown_placeholder
from escalation.journal.journal_store import record
from escalation.policy.model import Policy
from escalation.staff import Staff

JOURNAL = "replies"  # the journal's subject of what changes for the team
LONGEST_CODE, LONGEST_TITLE, LONGEST_TEXT = 16, 60, 2_000  # characters
MOST = {OWN: 200, TEAM: 500}  # so many stay quick to look through, and to send to a page
_CODE = re.compile(rf"[^\W_]{{1,{LONGEST_CODE}}}")


class CannedReplyRefused(Exception):
    """A canned reply that cannot be kept; a code and values for its sentence."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def may_keep(who: Staff, reply: CannedReply) -> bool:
    """Whether this person may change or retire a reply."""
    if reply.owner_id is not None:
        return reply.owner_id == who.id
    return may_keep_team(who, reply.words.queue)


def may_keep_team(who: Staff, queue: str | None) -> bool:
    """Whether this person keeps the team's replies, of this queue or (None) of all."""
    return who.may("knowledge") and (queue is None or who.reads_all or who.works(queue))


def add(db: Connection, policy: Policy, who: Staff, words: CannedReplyWords, now: datetime, *, team: bool) -> int:
    """Add a reply of this person's or the team's, and return its id; raises CannedReplyRefused."""
    owner = None if team else who.id
    demand_sound(policy, who, words, team=team)
    known = store.list_replies(db, who.id)
    _demand_free(known, words, owner, None)
    demand_room(known, owner)
    _note(db, who, "canned reply added", now, None, words, team=team)
    return store.add_reply(db, owner, words, who.login, now)


def change(db: Connection, policy: Policy, who: Staff, reply_id: int, words: CannedReplyWords, now: datetime) -> None:
    """Replace what a reply says and where it is offered; raises CannedReplyRefused."""
    before = _kept(db, who, reply_id)
    demand_sound(policy, who, words, team=before.is_team)
    _demand_free(store.list_replies(db, who.id), words, before.owner_id, reply_id)
    store.change_reply(db, reply_id, words, who.login, now)
    _note(db, who, "canned reply changed", now, before.words, words, team=before.is_team)


def retire(db: Connection, who: Staff, reply_id: int, now: datetime) -> None:
    """Retire a reply; raises CannedReplyRefused."""
    found = _kept(db, who, reply_id)
    store.retire_reply(db, reply_id, who.login, now)
    _note(db, who, "canned reply retired", now, found.words, None, team=found.is_team)


def demand_sound(policy: Policy, who: Staff, words: CannedReplyWords, *, team: bool) -> None:
    """Raise CannedReplyRefused for words that cannot be kept, or that are not this person's to keep."""
    if not words.code:
        raise CannedReplyRefused("no_code")
    if not _CODE.fullmatch(words.code):
        raise CannedReplyRefused("bad_code", longest=str(LONGEST_CODE), found=words.code[:40])
    for name, text, longest in (("title", words.title, LONGEST_TITLE), ("text", words.text, LONGEST_TEXT)):
        if not text.strip():
            raise CannedReplyRefused(f"no_{name}")
        if len(text) > longest:
            raise CannedReplyRefused(f"long_{name}", longest=str(longest), found=str(len(text)))
    if (strange := unknown_placeholder(words.text)) is not None:
        raise CannedReplyRefused("unknown_placeholder", found=strange, known="、".join(PLACEHOLDERS))
    _demand_known(policy, words)
    if not team and words.queue is not None:
        raise CannedReplyRefused("own_has_no_queue")
    if team and not may_keep_team(who, words.queue):
        raise CannedReplyRefused("not_your_queue" if who.may("knowledge") else "not_yours")


def demand_room(known: Collection[CannedReply], owner: int | None, more: int = 1) -> None:
    """Raise CannedReplyRefused if so many more would be too many."""
    scope = TEAM if owner is None else OWN
    if sum(each.owner_id == owner for each in known) + more > MOST[scope]:
        raise CannedReplyRefused("too_many", scope=scope, most=str(MOST[scope]))


def _demand_known(policy: Policy, words: CannedReplyWords) -> None:
    known: tuple[tuple[str, str | None, Collection[str]], ...] = (
        ("queue", words.queue, policy.queues),
        ("topic", words.topic, policy.topics),
        ("tier", words.tier, policy.tiers),
    )
    for name, value, names in known:
        if value is not None and value not in names:
            raise CannedReplyRefused(f"unknown_{name}", found=value[:40])


def _demand_free(
    known: Collection[CannedReply], words: CannedReplyWords, owner: int | None, reply_id: int | None
) -> None:
    """Raise CannedReplyRefused if another reply of the same owner, offered on the same queue, has this code."""
    wanted = (owner, words.queue, words.code.casefold())
    for each in known:
        if (each.owner_id, each.words.queue, each.words.code.casefold()) == wanted and each.id != reply_id:
            raise CannedReplyRefused("taken", found=words.code, title=each.words.title)


def _kept(db: Connection, who: Staff, reply_id: int) -> CannedReply:
    """The reply, which is this person's to keep."""
    found = store.get_reply(db, reply_id)
    if found is None or found.owner_id not in (None, who.id):
        raise CannedReplyRefused("gone")
    if not may_keep(who, found):
        raise CannedReplyRefused("not_your_queue" if who.may("knowledge") else "not_yours")
    if found.retired_at is not None:
        raise CannedReplyRefused("gone")
    return found


def _note(
    db: Connection,
    who: Staff,
    what: str,
    now: datetime,
    before: CannedReplyWords | None,
    after: CannedReplyWords | None,
    *,
    team: bool,
) -> None:
    if team:
        record(db, JOURNAL, what, who.login, now, before=_told(before), after=_told(after))


def _told(words: CannedReplyWords | None) -> dict[str, str]:
    if words is None:
        return {}
    told = {"code": words.code, "title": words.title, "text": words.text, "queue": words.queue}
    told |= {"topic": words.topic, "tier": words.tier}
    return {name: value for name, value in told.items() if value is not None}
