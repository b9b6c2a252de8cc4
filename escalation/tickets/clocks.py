"""A ticket's deadlines as rows: started and ended by facts, paused, and rewritten under other rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from escalation.policy.model import Policy
from escalation.policy.tiers import FIRST_CONTACT
from escalation.sla.deadlines import Deadline, consequences_of, initial_deadlines, start
from escalation.sla.replay import KEEPS_RUNNING, replay
from escalation.sla.steps import StepProgress
from escalation.tickets import deadline_pauses, deadline_store, history
from escalation.tickets.changes import note_change
from escalation.tickets.clocks_compared import (
    is_same,
    is_sooner,
    kept_promise,
    owed_milestones,
    standing_of,
    stands_still,
    was_met,
)
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.told_facts import facts_of, merged_here, topic_owed, waited_of


def start_clocks(db: Connection, policy: Policy, ticket: Ticket) -> None:
    """Start the clocks of the hand-off; those of `raised` started when the customer first wrote."""
    _insert(db, policy, ticket, _owed_since(policy, ticket, ticket.raised_at, ticket.received_at))


def record_fact(
    db: Connection, policy: Policy, ticket: Ticket, fact: str, now: datetime, *, own_time: bool = False
) -> None:
    """Meet, cancel and start clocks by a fact.

    A further message of the customer gives no more time to answer the first. `own_time`: it happened at `now`, though
    lines of a later instant were written before. The ticket is locked in this transaction.
    """
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    result = consequences_of(policy, tier, urgency, fact, now, topic=topic_owed(policy, ticket), queue=ticket.queue)
    over = _over(policy, ticket)
    started = tuple(deadline for deadline in result.started if deadline.milestone not in over)
    cancelled = result.cancelled
    if fact in KEEPS_RUNNING:
        going = deadline_store.open_milestones(db, ticket.id)
        started = tuple(deadline for deadline in started if deadline.milestone not in going)
        cancelled = tuple(milestone for milestone in cancelled if milestone not in going)
    deadline_store.settle(db, ticket.id, sorted(result.met), "met", now, own_time=own_time)
    deadline_store.settle(db, ticket.id, sorted(cancelled), "cancelled", now, own_time=own_time)
    _insert(db, policy, ticket, started)


def _over(policy: Policy, ticket: Ticket) -> set[str]:
    """Milestones that ended with the matter: a fact recorded afterwards starts none of them."""
    if ticket.is_withdrawn:
        return {milestone.id for milestone in owed_milestones(policy, ticket)}
    ended = {"resolved": {"resolved"}, "closed": {"resolved", "closed"}}.get(ticket.state, set())
    return {milestone.id for milestone in owed_milestones(policy, ticket) if ended & set(milestone.cancelled_by)}


def owe_first_contact(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> bool:
    """Start the clock of the first contact unless it runs; return whether it was started."""
    if FIRST_CONTACT in deadline_store.open_milestones(db, ticket.id):
        return False
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    deadline = start(policy, tier, urgency, tier.milestone(FIRST_CONTACT), now, queue=ticket.queue)
    _insert(db, policy, ticket, [deadline])
    return True


def cancel_all(db: Connection, ticket_id: int, now: datetime, but: Collection[str] = ()) -> None:
    """Cancel every open clock of a ticket that is locked in this transaction, `but` those of some milestones."""
    going = deadline_store.open_milestones(db, ticket_id)
    deadline_store.settle(db, ticket_id, sorted(going - set(but)), "cancelled", now)


def pause(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> None:
    """Pause the clocks that the policy lets pause, for the ticket waits for its customer from `now`."""
    deadline_pauses.pause_deadlines(
        db, ticket.id, [one.id for one in owed_milestones(policy, ticket) if one.pauses], now
    )


def resume(db: Connection, policy: Policy, ticket: Ticket) -> None:
    """Resume the paused clocks with the time that was left of each."""
    # The history says how pressing the matter was when each of them began; it may be graded otherwise by now.
    runs = {deadline.milestone: deadline for deadline in _rerun(db, policy, ticket)}
    for row in deadline_store.deadlines_of(db, ticket.id):
        if row.is_paused and row.milestone in runs:
            deadline_pauses.resume_deadline(db, row, runs[row.milestone])


def shorten(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> None:
    """Start the clocks of the present urgency and topic anew where they end sooner than the running ones.

    Met milestones stay met, in a merged ticket too, except those met before a reopening that run again. A running one
    that ends sooner than its rules say, for it was promised before another tier, is compared by its rules, as whenever
    clocks are written anew, and stays promised.
    """
    rows = deadline_store.deadlines_of(db, ticket.id)
    going = {row.milestone: row for row in rows if row.state == "open"}
    theirs = [row for number in merged_here(db, ticket.id) for row in deadline_store.deadlines_of(db, number)]
    met = {row.milestone for row in [*rows, *theirs] if row.state == "met"} - going.keys()
    by_rules = {each.milestone: each.due_at for each in _rerun(db, policy, ticket)} if going else {}
    fresh = _owed_anew(policy, ticket, now, met, by_rules.get(FIRST_CONTACT))
    sooner = [
        kept_promise(each, list(going.values()), every=True)
        for each in fresh
        if is_sooner(each, going.get(each.milestone), by_rules.get(each.milestone))
    ]
    deadline_store.settle(db, ticket.id, [each.milestone for each in sooner], "cancelled", now)
    kept = {each.milestone for each in sooner if each not in fresh}
    standing = {
        each.milestone: standing_of(policy, ticket, each, going[each.milestone], now)
        for each in sooner
        if each.milestone in kept
    }
    _insert(db, policy, ticket, sooner, standing)


def _owed_anew(
    policy: Policy, ticket: Ticket, now: datetime, met: Collection[str], contact_due: datetime | None
) -> list[Deadline]:
    """What is owed from `now`, without what was `met`; `contact_due`: by when the first contact was owed so far."""
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    fresh = [each for each in _owed_since(policy, ticket, now, now) if each.milestone not in met]
    dues = [each.due_at for each in fresh if each.milestone == FIRST_CONTACT]
    due = min([at for at in (*dues, contact_due) if at is not None and dues], default=None)
    if dues == [due]:
        return fresh
    owed = {each.milestone: tier.milestone(each.milestone) for each in fresh}
    return [
        start(policy, tier, urgency, owed[each.milestone], now, queue=ticket.queue, contact_due=due)
        if owed[each.milestone].not_before
        else each
        for each in fresh
    ]


def follow_topic(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> None:
    """Cancel what is owed for other topics only, and start what is owed for the ticket's present one from `now`."""
    owed = {milestone.id for milestone in owed_milestones(policy, ticket)}
    others = {one.id for one in policy.tier_of(ticket.tier).milestones if one.topics and one.id not in owed}
    gone = others & deadline_store.open_milestones(db, ticket.id)
    deadline_store.settle(db, ticket.id, sorted(gone), "cancelled", now)
    shorten(db, policy, ticket, now)


def rewrite(db: Connection, policy: Policy, ticket: Ticket, now: datetime, merged: Ticket | None = None) -> list[str]:
    """Cancel the open clocks and write them anew from their original starts, for another tier, policy or calendar.

    Met milestones stay met and are not owed again; a first contact promised sooner stays promised, unless it was told
    that it may move; past steps are not repeated. A clock that ended before it was written counts as breached by the
    reclassification and notifies nobody, unless it was late before as well. Returns the milestones of those.

    `merged`: the ticket whose history goes on in this one; none of its clocks becomes later here; the caller ends them.
    """
    note_change(db, ticket.id)
    rows = deadline_store.deadlines_of(db, ticket.id)
    theirs = deadline_store.deadlines_of(db, merged.id) if merged is not None else []
    going = [row for row in rows if row.state == "open"]
    told = sorted([*going, *(row for row in theirs if row.state == "open")], key=lambda row: row.due_at, reverse=True)
    fresh = [kept_promise(each, told, every=merged is not None, now=now) for each in still_owed(db, policy, ticket)]
    same = {row.id for row in going if any(is_same(row, each) for each in fresh)}
    deadline_store.restamp(db, sorted(same), policy.rules_version)
    deadline_store.settle(db, ticket.id, [row.milestone for row in going if row.id not in same], "cancelled", now)
    kept = {row.milestone for row in going if row.id in same}
    written = [each for each in fresh if each.milestone not in kept]
    old = {row.milestone: row for row in told}  # the soonest of each
    standing = {each.milestone: standing_of(policy, ticket, each, old.get(each.milestone), now) for each in written}
    _insert(db, policy, ticket, written, standing)
    silent = [milestone for milestone, stands in standing.items() if stands.next_at is None and stands.step == 0]
    return [milestone for milestone in silent if milestone not in old or not old[milestone].is_silent]


def still_owed(db: Connection, policy: Policy, ticket: Ticket) -> list[Deadline]:
    """Return the clocks of a ticket that are not met, counted anew from their original starts; writes nothing."""
    met = [each for number in (ticket.id, *merged_here(db, ticket.id)) for each in _met(db, number)]
    return [each for each in _rerun(db, policy, ticket) if not was_met(each, met)]


def follow_queue(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> list[str]:
    """Rewrite the clocks that count queue hours for the ticket's new queue; returns what `rewrite` does."""
    counts = any(milestone.calendar == "queue" for milestone in policy.tier_of(ticket.tier).milestones)
    return rewrite(db, policy, ticket, now) if counts else []


def _rerun(db: Connection, policy: Policy, ticket: Ticket) -> tuple[Deadline, ...]:
    facts = facts_of(db, policy, ticket)
    pauses = waited_of(db, ticket.id).pauses
    return replay(policy, policy.tier_of(ticket.tier), facts, queue=ticket.queue, pauses=pauses)


def _met(db: Connection, ticket_id: int) -> list[tuple[str, datetime]]:
    """Which clocks of a ticket were met, and when; those met before its last reopening are owed again since."""
    lines = history.ticket_events.c
    anew = (lines.ticket_id == ticket_id, lines.kind == "reopened")
    since = db.scalars(select(lines.at).where(*anew).order_by(lines.seq.desc()).limit(1)).first()
    rows = [row for row in deadline_store.deadlines_of(db, ticket_id) if row.state == "met"]
    met = [(row.milestone, row.settled_at) for row in rows if row.settled_at is not None]
    return [(milestone, at) for milestone, at in met if since is None or at > since]


def _owed_since(policy: Policy, ticket: Ticket, raised: datetime, received: datetime) -> list[Deadline]:
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    every = initial_deadlines(
        policy, tier, urgency, raised, received, topic=topic_owed(policy, ticket), queue=ticket.queue
    )
    return [deadline for deadline in every if deadline.due_at is not None]


def _insert(
    db: Connection,
    policy: Policy,
    ticket: Ticket,
    started: Sequence[Deadline],
    standing: Mapping[str, StepProgress] | None = None,
) -> None:
    stands = [deadline for deadline in started if stands_still(policy, ticket, deadline)]
    runs = [deadline for deadline in started if deadline not in stands]
    deadline_store.insert_deadlines(db, ticket.id, runs, policy.rules_version, standing=standing)
    deadline_store.insert_deadlines(db, ticket.id, stands, policy.rules_version, ticket.waits_since, standing)
