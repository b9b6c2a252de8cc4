"""Legal moves of a ticket, and every illegal one refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.tickets import lifecycle
from escalation.tickets.lifecycle import Refused, Ticket
from tests.escalation.tickets.ticket_examples import CLAIMED, CLOSED, LI, NOW, RESOLVED, WAITING, WANG, WITHDRAWN


def refused(move: Callable[[], Ticket | None]) -> tuple[str, int | None]:
    with pytest.raises(Refused) as refusal:
        move()
    return refusal.value.code, refusal.value.holder_id


def test_the_first_to_claim_wins_and_the_second_is_told_who_has_it() -> None:
    claimed = lifecycle.claim(WAITING, LI, NOW)
    assert (claimed.state, claimed.holder_id, claimed.claimed_at) == ("claimed", LI, NOW)
    assert refused(lambda: lifecycle.claim(claimed, WANG, NOW)) == ("claimed_by_other", LI)
    assert refused(lambda: lifecycle.claim(claimed, LI, NOW)) == ("already_yours", LI)


@pytest.mark.parametrize("ticket", [RESOLVED, CLOSED, WITHDRAWN])
def test_a_finished_ticket_takes_no_more_moves(ticket: Ticket) -> None:
    moves: list[Callable[[], Ticket | None]] = [
        lambda: lifecycle.claim(ticket, LI, NOW),
        lambda: lifecycle.release(ticket, LI),
        lambda: lifecycle.release(ticket, LI, any_holder=True),
        lambda: lifecycle.transfer(ticket, "技术支持", None, NOW),
        lambda: lifecycle.contact(ticket, LI, NOW),
        lambda: lifecycle.resolve(ticket, LI, NOW),
        lambda: lifecycle.withdraw(ticket, NOW, critical=False),
        lambda: lifecycle.demand_holder(ticket, LI),
    ]
    assert [refused(move)[0] for move in moves] == ["finished"] * len(moves)


def test_nobody_but_the_holder_releases_contacts_or_resolves() -> None:
    assert refused(lambda: lifecycle.release(CLAIMED, WANG)) == ("not_holder", LI)
    assert refused(lambda: lifecycle.contact(CLAIMED, WANG, NOW)) == ("not_holder", LI)
    assert refused(lambda: lifecycle.resolve(CLAIMED, WANG, NOW)) == ("not_holder", LI)


def test_an_unclaimed_ticket_must_be_claimed_first() -> None:
    assert refused(lambda: lifecycle.release(WAITING, LI))[0] == "unclaimed"
    assert refused(lambda: lifecycle.contact(WAITING, LI, NOW))[0] == "unclaimed"
    assert refused(lambda: lifecycle.resolve(WAITING, LI, NOW))[0] == "unclaimed"


def test_released_it_waits_in_its_queue_again() -> None:
    released = lifecycle.release(CLAIMED, LI)
    assert (released.state, released.holder_id, released.claimed_at) == ("waiting", None, None)
    assert lifecycle.release(CLAIMED, WANG, any_holder=True) == released


def test_transferred_to_a_queue_it_waits_and_to_a_colleague_it_is_theirs() -> None:
    waiting = lifecycle.transfer(CLAIMED, "技术支持", None, NOW)
    assert (waiting.queue, waiting.state, waiting.holder_id, waiting.claimed_at) == ("技术支持", "waiting", None, None)
    theirs = lifecycle.transfer(CLAIMED, "技术支持", WANG, NOW)
    assert (theirs.state, theirs.holder_id, theirs.claimed_at) == ("claimed", WANG, NOW)


def test_only_the_first_contact_is_the_first() -> None:
    once = lifecycle.contact(CLAIMED, LI, NOW)
    assert lifecycle.contact(once, LI, NOW + timedelta(hours=1)).first_contact_at == NOW


def test_reopened_it_begins_again_in_its_queue() -> None:
    again = lifecycle.reopen(replace(CLOSED, rating=5, urged=2), NOW + timedelta(days=1))
    assert (again.state, again.holder_id, again.queue, again.reopened, again.urged) == (
        "waiting",
        None,
        "通用客服",
        1,
        0,
    )
    assert {again.raised_at, again.received_at} == {NOW + timedelta(days=1)}
    assert {again.claimed_at, again.first_contact_at, again.resolved_at, again.closed_at} == {None}
    assert again.rating == 5


@pytest.mark.parametrize("ticket", [WAITING, CLAIMED])
def test_what_is_open_can_be_neither_reopened_nor_closed(ticket: Ticket) -> None:
    assert refused(lambda: lifecycle.reopen(ticket, NOW))[0] == "not_finished"
    assert refused(lambda: lifecycle.close(ticket, NOW))[0] == "not_finished"


def test_withdrawn_it_is_closed_by_its_customer_and_whoever_held_it_stays_known() -> None:
    assert lifecycle.withdraw(CLAIMED, NOW, critical=False) == WITHDRAWN
    given = lifecycle.assign(WAITING, WANG, NOW + timedelta(minutes=20))
    ended = lifecycle.withdraw(replace(given, waits_since=NOW), NOW, critical=False)
    assert (ended.state, ended.holder_id, ended.assignee_id, ended.assigned_until) == ("closed", None, None, None)
    assert ended.waits_since is None


@pytest.mark.parametrize("ticket", [WAITING, CLAIMED])
def test_neither_danger_nor_a_complaint_is_withdrawn(ticket: Ticket) -> None:
    holder = ticket.holder_id
    danger = refused(lambda: lifecycle.withdraw(ticket, NOW, critical=True))
    assert danger == ("critical_not_withdrawn", holder)
    complaint = replace(ticket, complaint=True)
    assert refused(lambda: lifecycle.withdraw(complaint, NOW, critical=False)) == ("complaint_not_withdrawn", holder)


def test_withdrawn_and_reopened_it_is_withdrawn_no_more() -> None:
    again = lifecycle.reopen(WITHDRAWN, NOW + timedelta(hours=1))
    assert (again.state, again.withdrawn_at, again.is_withdrawn, again.reopened) == ("waiting", None, False, 1)


def test_a_ticket_ended_when_it_was_resolved_or_withdrawn() -> None:
    ends = [ticket.ended_at for ticket in (WAITING, CLAIMED, RESOLVED, CLOSED, WITHDRAWN)]
    assert ends == [None, None, NOW, NOW, NOW]


def test_closed_once_is_closed() -> None:
    assert lifecycle.close(RESOLVED, NOW) == CLOSED
    assert refused(lambda: lifecycle.close(CLOSED, NOW))[0] == "finished"


def test_open_means_waiting_or_claimed() -> None:
    assert [ticket.is_open for ticket in (WAITING, CLAIMED, RESOLVED, CLOSED, WITHDRAWN)] == [
        True,
        True,
        False,
        False,
        False,
    ]
