"""What a reply was made with: canned replies are counted, a suggested answer is judged, in the reply's transaction."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.agents.actions import Acted, Action, Reply, Resolve, act_in_sight
from bot.agents.objections import DecideObjection
from bot.agents.suggestions import record_verdict, verdict_on
from bot.rules import Rules
from bot.tickets.merging import MergeInto
from bot.transcript.canned_reply_store import count_use
from bot.web.console.access import field
from bot.web.console.drafts import act_and_drop
from bot.web.console.form_values import NotFilledIn
from bot.wording.canned_replies import NOT_FILLED, left_to_fill
from escalation.staff import Staff
from escalation.tickets.ticket_store import get_ticket

_MOST = 20  # canned replies in one reply
_SURE = re.compile(r"[01](\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class ReplySources:
    """The canned replies and the suggested answer that a reply was made with."""

    canned: Collection[int] = ()
    article_id: str = ""
    confidence: float = 0.0


def read_sources(move: str, form: FormData) -> ReplySources:
    """Return what a reply was made with; raises NotFilledIn for one in which a placeholder is left to fill."""
    if move != "reply":
        return ReplySources()
    if left := left_to_fill(field(form, "text")):
        raise NotFilledIn(NOT_FILLED.format(left="、".join(left)))
    numbers = re.findall(r"[0-9]{1,9}", field(form, "canned"))[:_MOST]
    return ReplySources({int(each) for each in numbers}, field(form, "article")[:200], confidence_of(form))


def confidence_of(form: FormData) -> float:
    """Return how sure the suggested answer of a form was, 0 to 1."""
    sure = field(form, "sure")
    return min(float(sure), 1.0) if _SURE.fullmatch(sure) else 0.0


def act_with_sources(  # what `act_and_drop` takes, and what the reply was made with
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket_id: int,
    move: str,
    action: Action | MergeInto | DecideObjection,
    sources: ReplySources,
    now: datetime,
) -> Acted:
    """As `act_and_drop`, and note what the reply was made with."""
    acted = act_and_drop(db, rules, who, ticket_id, move, action, now)
    if isinstance(action, Reply):
        count_use(db, who.id, sources.canned, now)
        ticket = get_ticket(db, ticket_id)
        verdict = verdict_on(rules, ticket, sources.article_id, action.text) if sources.article_id else None
        if verdict is not None:
            told = (sources.article_id, verdict, sources.confidence, action.text)
            record_verdict(db, rules, who, ticket, *told, now)
    return acted


def reply_and_resolve(  # as `act_with_sources`
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket_id: int,
    move: str,
    action: Action | MergeInto | DecideObjection,
    sources: ReplySources,
    now: datetime,
) -> Acted:
    """Carry out a reply and resolve the ticket, both or neither; raises Refused as each of them."""
    acted = act_with_sources(db, rules, who, ticket_id, move, action, sources, now)
    if isinstance(action, Reply) and get_ticket(db, ticket_id).is_open:
        act_in_sight(db, rules, who, ticket_id, Resolve(), now)
    return acted
