"""What staff do with a customer's objection to their tier: enter it, and decide on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.agents.new_tickets import EnteredMatter, enter
from bot.rules import Rules
from bot.tickets import objections, tier_moves
from bot.transcript import conversations
from bot.wording.matter_titles import unsaid
from escalation.customers import tier_proposals
from escalation.customers.model import ManualTier
from escalation.customers.organisation_lookup import organisation_of
from escalation.customers.tier_wishes import check_reason, check_wish
from escalation.staff import Staff
from escalation.tickets import history, lifecycle, ticket_store
from escalation.tickets.access import demand_in_hand
from escalation.tickets.lifecycle import Refused, Ticket


@dataclass(frozen=True, slots=True)
class DecideObjection:
    """Decide on the objection of a ticket: keep the tier, with what the customer is told; or wish for another one."""

    why: str
    wished: ManualTier | None = None


def enter_objection(
    db: Connection, rules: Rules, who: Staff, contact_id: str, key: str, channel: str, details: str, now: datetime
) -> Ticket:
    """Open a ticket for an objection that reached staff, and return it; raises Refused as `enter`."""
    organisation_id = organisation_of(db, contact_id)
    if organisation_id is None:
        raise Refused("unknown_customer")
    objections.lock_organisation(db, organisation_id)
    title = unsaid(objections.OBJECTION, channel)
    matter = EnteredMatter(key, channel, title, contact_id, details=details, reason=objections.OBJECTION)
    ticket = enter(db, rules, who, who.login, matter, now)
    if all(row.kind != "objection_raised" for row in history.history_of(db, ticket.id)):  # the key was not used before
        objections.raise_objection(db, organisation_id, ticket.id, who.login, now, who.id)
    return ticket


def decide_objection(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, decision: DecideObjection, now: datetime
) -> None:
    """Record what came of a ticket's objection, in its history and in that of the tier.

    As the ticket's holder or a lead of its queue; a tier is wished for as by hand, by who may. Raises Refused
    (`no_objection`, `objection_by_lead`, `wish_changes_nothing`, `not_holder`, …), and ManualTierRefused for a wish
    or a reason that is none.
    """
    found = ticket_store.get_ticket(db, ticket_id)
    demand_in_hand(who, found)
    organisation_id = organisation_of(db, found.contact_id) if found.contact_id is not None else None
    if organisation_id is None:
        raise Refused("no_objection")
    objections.lock_organisation(db, organisation_id)
    conversations.lock_conversation_by_id(db, found.conversation_id)
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if ticket.holder_id != who.id and not who.leads_in(ticket.queue):
        lifecycle.demand_holder(ticket, who.id)
    if not objections.has_undecided(db, ticket_id):
        raise Refused("no_objection")
    if decision.wished is None:
        why = check_reason(decision.why)
        history.log(db, ticket_id, "objection_explained", now, who.id, reason=why)
        objections.note_step(db, organisation_id, "explained", why, who.login, now, ticket_id)
        return
    if not who.may("tier_wishes"):
        raise Refused("objection_by_lead")
    wished = check_wish(rules.policy, decision.wished, now)
    waiting = tier_proposals.waiting_of(db, organisation_id)
    replaced = {"replaced": waiting.id} if waiting is not None else {}
    history.log(db, ticket_id, "objection_upheld", now, who.id, tier=wished.tier, **replaced)
    objections.note_step(db, organisation_id, "upheld", wished.reason, who.login, now, ticket_id, wished)
    if tier_moves.wish_tier(db, rules, organisation_id, wished, who.login, now) == "unchanged":
        raise Refused("wish_changes_nothing")
