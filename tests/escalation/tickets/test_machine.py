"""Tickets are driven at random beside the model: after every move, what runs and what was told is what it says."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

import escalation
from bot.storage.database import Database
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.policy.tiers import Milestone, Tier
from escalation.tickets import (
    correcting,
    deadline_store,
    dissatisfaction,
    ending,
    facts,
    history,
    holding,
    merging,
    opening,
    rerouting,
    sweep,
    ticket_store,
    undoing,
)
from escalation.tickets.correcting import Correction
from escalation.tickets.gravity import Gravity
from escalation.tickets.hash_chain import link
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.opening import NewTicket
from escalation.tickets.opening_by_hand import Entry, open_by_hand
from tests.databases import migrated_sqlite
from tests.escalation.tickets.desk_scene import Desk
from tests.escalation.tickets.promise_model import Case, Duty, Grade, Model

START = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # Monday, 00:00 in Shanghai
TIERS = ("特级", "一级", "三级")  # round the clock, and 08:00–21:00; 三级 counts the same acts otherwise
FACTS = (
    "replied",
    "called",
    "call_missed",
    "assessed",
    "plan_explained",
    "objected",
    "confirmed",
    "progress_reported",
    "work_done",
    "acceptance_invited",
    "accepted",
    "reported",
    "help_asked",
    "help_given",
    "investigated",
    "result_told",
    "executive_joined",
    "experts_consulted",
    "reported_upward",
)
UNDOABLE = (
    "resolved",
    "transferred",
    "released",
    "waiting_for_customer",
    "called",
    "plan_explained",
    "objected",
    "confirmed",
)
TOPICS = (None, "故障", "建议", "投诉")
GRAVITIES: dict[Gravity, str] = {"major": "marked_major", "complex": "marked_complex", "": "unmarked"}
EXAMPLES = os.environ.get("MACHINE_EXAMPLES", "")
MACHINE = settings(
    max_examples=int(EXAMPLES or "8"),
    derandomize=not EXAMPLES,  # what a short run finds, the next one finds too; a long one looks elsewhere each time
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def minutes(span: timedelta | None) -> float:
    return (span or timedelta(0)) / timedelta(minutes=1)


def instant(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def simplified(policy: Policy) -> Policy:
    """Every day is a working day, and nothing waits for the morning: the model knows no such things.

    So many hours after the first contact that what presupposes it is often postponed, and as often is not.
    """

    def simple(tier: Tier) -> Tier:
        hours = "每日" if tier.id == "三级" else tier.calendar
        return replace(tier, calendar=hours, milestones=tuple(replace(one, waits_for=None) for one in tier.milestones))

    tiers = {name: simple(tier) for name, tier in policy.tiers.items()}
    return replace(policy, tiers=tiers, after_first_contact=timedelta(hours=12))


def duty_of(milestone: Milestone) -> Duty:
    """What the policy file says of a milestone, in the model's words."""
    late = [(minutes(step.after), minutes(step.repeat)) for step in milestone.steps if step.at is None]
    return Duty(
        name=milestone.id,
        starts=frozenset((milestone.starts_on, *milestone.restarts_on)),
        met_by=frozenset(milestone.met_by),
        ended_by=frozenset(milestone.cancelled_by),
        minutes=minutes(milestone.within),
        counts_hours=milestone.basis == "working",
        pauses=milestone.pauses,
        target=milestone.kind == "target",
        late=tuple(late),
        shares=tuple(step.at for step in milestone.steps if step.at is not None),
        before=None if milestone.warn_before is None else minutes(milestone.warn_before),
        keeps_running=milestone.starts_on in ("customer_wrote", "dissatisfied"),
        topics=frozenset(milestone.topics),
        at_hand_over=milestone.starts_on in ("raised", "received"),
        after_contact=minutes(POLICY.after_first_contact) if milestone.not_before else 0.0,
    )


POLICY = simplified(read_policy(Path(escalation.__file__).with_name("policy.yaml")))


CAUSE = POLICY.complaint_causes[0]
NEW = NewTicket(
    conversation_id=1,
    contact_id=None,
    tier=TierDecision("三级", "样例"),
    topic=None,
    urgency="normal",
    complaint=False,
    subject="打印机不动了",
    reason="asked_for_person",
    suggested=None,
    candidates=[],
    rejected=[],
    raised_at=START,
)


def fresh_model() -> Model:
    duties = {tier: tuple(duty_of(one) for one in POLICY.tiers[tier].milestones) for tier in TIERS}
    grades = {
        name: Grade({what: minutes(span) for what, span in urgency.within.items()}, urgency.calendar is not None)
        for name, urgency in POLICY.urgencies.items()
    }
    return Model(duties, frozenset({"特级"}), grades)


class Crash(Exception):
    """The process ends in the middle of a transaction."""


@contextmanager
def empty_database() -> Iterator[Database]:
    """A migrated database that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(migrated_sqlite(Path(folder) / "machine.sqlite3"))) as database,
    ):
        yield database


class DeskMachine(RuleBasedStateMachine):
    """Customers and agents on one side, the model on the other, a clock both believe."""

    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.model, self.now = fresh_model(), 0.0
        self.told: list[tuple[int, str, str, float]] = []
        self.expected: list[tuple[int, str, str, float]] = []
        self._open = empty_database()
        self.here = Desk(self._open.__enter__(), POLICY)

    def teardown(self) -> None:
        self._open.__exit__(None, None, None)

    @initialize(target=tickets, tiers=st.tuples(*[st.sampled_from(TIERS)] * 3))
    def people_and_their_work(self, tiers: tuple[str, ...]) -> Any:
        self.li, self.lead = self.here.staff("li"), self.here.staff("zhao", "lead")
        return multiple(*(self.opens(tier) for tier in tiers))

    # ── the customer's side ───────────────────────────────────────────

    @rule(
        target=tickets,
        tier=st.sampled_from(TIERS),
        ago=st.sampled_from([0, 3, 20, 95, 900, 4000]),
        answered=st.booleans(),
    )
    def is_entered_by_staff(self, tier: str, ago: float, answered: bool) -> Any:
        """A call of a while ago; an answered one is the first contact at that minute."""
        if len(self.model.cases) > 5:
            return multiple()
        raised = self.now - ago
        entry = Entry("phone", "li", self.lead, answered=answered, hold=False)
        matter = replace(NEW, tier=TierDecision(tier, "样例"), raised_at=instant(raised))
        number = self.here.write(open_by_hand, POLICY, matter, entry, instant(self.now)).ticket.id
        self.model.open(number, tier, raised)
        if answered:
            self.model.happen(number, "called", raised)
        return number

    def opens(self, tier: str) -> int:
        number = self.here.open(tier, instant(self.now)).ticket.id
        self.model.open(number, tier, self.now)
        return number

    @rule(ticket=tickets)
    def writes(self, ticket: int) -> None:
        before = self.ticket(ticket)
        self.here.customer_writes(ticket, instant(self.now))
        if before.is_open:
            self.model.go_on(ticket, self.now)
            if before.holder_id is not None:
                self.model.happen(ticket, "customer_wrote", self.now)

    @rule(ticket=tickets, by_staff=st.booleans())
    def is_not_content(self, ticket: int, by_staff: bool) -> None:
        if self.held(ticket):
            self.is_solved(ticket)
        else:
            by, was_solved = (self.lead.id if by_staff else None), self.ticket(ticket).resolved_at is not None
            self.here.write(opening.reopen, POLICY, ticket, instant(self.now), by=by)
            self.model.happen(ticket, "reopened", self.now)
            if gravity := self.ticket(ticket).gravity:
                self.model.happen(ticket, GRAVITIES[cast("Gravity", gravity)], self.now)
            if was_solved:
                self.model.happen(ticket, "dissatisfied", self.now)

    @rule(ticket=tickets)
    def withdraws(self, ticket: int) -> None:
        before = self.ticket(ticket)
        if before.is_open and not before.complaint and not POLICY.urgency_of(before.urgency).critical:
            self.here.write(ending.withdraw, POLICY, ticket, instant(self.now))
            self.model.go_on(ticket, self.now)
            self.model.happen(ticket, "withdrawn", self.now)

    @rule(ticket=tickets)
    def rates(self, ticket: int) -> None:
        before = self.ticket(ticket)
        if not before.is_open and before.rating is None:
            self.here.write(dissatisfaction.rate, POLICY, ticket, 4, instant(self.now))
            self.model.happen(ticket, "rated", self.now)

    @rule(ticket=tickets, tier=st.sampled_from(TIERS))
    def turns_out_to_be(self, ticket: int, tier: str) -> None:
        self.here.retier(ticket, tier, instant(self.now))
        self.model.retier(ticket, tier, self.now)

    # ── the agents' side ──────────────────────────────────────────────

    @rule(ticket=tickets)
    def is_claimed(self, ticket: int) -> None:
        if self.ticket(ticket).state == "waiting":
            self.here.write(holding.claim, ticket, self.li, instant(self.now))

    @rule(ticket=tickets, facts=st.lists(st.sampled_from(FACTS), min_size=1, max_size=4))
    def is_worked_on(self, ticket: int, facts: list[str]) -> None:
        """A minute for each fact; what comes after the solution is recorded on the finished ticket."""
        for fact in facts:
            if not self.held(ticket) and self.ticket(ticket).holder_id is None:
                return
            self.now += 1
            self.has(ticket, fact)

    def has(self, ticket: int, fact: str) -> None:
        is_open = self.ticket(ticket).is_open
        if fact == "replied" and not is_open:
            return
        self.here.happen(ticket, fact, instant(self.now), CAUSE)
        if fact not in ("call_missed", "replied"):
            self.model.go_on(ticket, self.now)
        self.model.happen(ticket, fact, self.now)
        if fact in facts.AWAITS_ANSWER and is_open:
            self.model.wait(ticket, self.now)

    @rule(ticket=tickets, topic=st.sampled_from(TOPICS))
    def turns_out_to_be_about(self, ticket: int, topic: str | None) -> None:
        before = self.ticket(ticket)
        if before.is_open and not before.complaint:
            self.puts(ticket, topic=topic or "")
            self.model.set(ticket, self.now, topic=topic)

    @rule(ticket=tickets, urgency=st.sampled_from(list(POLICY.urgencies)))
    def is_graded(self, ticket: int, urgency: str) -> None:
        if self.ticket(ticket).is_open:
            self.puts(ticket, urgency=urgency, reason="核实过")
            self.model.set(ticket, self.now, grade=urgency)

    @rule(ticket=tickets)
    def is_no_complaint_after_all(self, ticket: int) -> None:
        before = self.ticket(ticket)
        if before.is_open and before.complaint:
            self.puts(ticket, complaint=False, reason="核实过")
            self.model.set(ticket, self.now, topic=None if before.topic == "投诉" else before.topic)

    @rule(ticket=tickets, gravity=st.sampled_from(list(GRAVITIES)))
    def is_marked(self, ticket: int, gravity: Gravity) -> None:
        before = self.ticket(ticket)
        if before.is_open:
            self.puts(ticket, gravity=gravity)
            if before.gravity != gravity:
                self.model.happen(ticket, GRAVITIES[gravity], self.now)

    @rule(target=tickets, gone=consumes(tickets), into=tickets)
    def turns_out_to_be_the_same_as(self, gone: int, into: int) -> Any:
        """The customer is served by the higher tier of both, which the one that goes on has; neither has waited."""
        both = [self.ticket(into), self.ticket(gone)]
        higher = TIERS.index(both[0].tier) <= TIERS.index(both[1].tier)
        waited = any(self.here.read(ticket_store.pause_rows, each.id) for each in both)
        if gone == into or not higher or waited or not all(each.is_open for each in both):
            return gone
        self.now += 1
        self.sweeps()
        self.here.write(merging.merge, POLICY, gone, into, self.lead, instant(self.now))
        self.model.merge(gone, into, self.now)
        assert self.here.running(gone) == set(), "its clocks go on in the other"
        return multiple()

    def puts(self, ticket: int, **what: Any) -> None:
        self.here.write(correcting.correct, POLICY, ticket, self.lead, Correction(**what), instant(self.now))

    @rule(ticket=tickets, what=st.sampled_from(UNDOABLE), writes=st.booleans())
    def is_taken_back(self, ticket: int, what: str, writes: bool) -> None:
        """It is as if it had never been: the model hears nothing of it."""
        if not self.held(ticket) or (what == "waiting_for_customer" and self.ticket(ticket).waits_since is not None):
            return
        self.now += 1
        self.sweeps()
        before = self.ticket(ticket)
        if what in ("released", "transferred") and before.holder_id in before.closed:
            return  # a complaint is not given back to whom it may be about
        self.does(ticket, what)
        self.now += 0.5
        if writes and self.ticket(ticket).state == "claimed":
            self.writes(ticket)
            before = replace(before, waits_since=None)
        self.here.write(undoing.undo, POLICY, ticket, self.lead, instant(self.now))
        assert self.ticket(ticket) == before

    def does(self, ticket: int, what: str) -> None:
        now = instant(self.now)
        match what:
            case "released":
                self.here.write(holding.release, ticket, self.lead, now)
            case "transferred":
                self.here.write(holding.transfer, POLICY, ticket, self.lead, "技术支持", None, now)
            case _:
                self.here.happen(ticket, what, now, CAUSE)
        if what in ("released", "transferred"):
            self.here.write(holding.restart_first_contact, POLICY, ticket, now)

    @rule(ticket=tickets)
    def waits_for_its_customer(self, ticket: int) -> None:
        if self.held(ticket) and self.ticket(ticket).waits_since is None:
            self.here.happen(ticket, "waiting_for_customer", instant(self.now))
            self.model.wait(ticket, self.now)

    @rule(ticket=tickets)
    def is_put_back(self, ticket: int) -> None:
        if self.held(ticket):
            self.here.write(holding.release, ticket, self.lead, instant(self.now))
            self.waits_again(ticket)

    @rule(ticket=tickets, queue=st.sampled_from(["技术支持", "一级专属"]))
    def is_transferred(self, ticket: int, queue: str) -> None:
        if self.ticket(ticket).is_open:
            self.here.write(holding.transfer, POLICY, ticket, self.lead, queue, None, instant(self.now))
            self.waits_again(ticket)

    def waits_again(self, ticket: int) -> None:
        self.here.write(holding.restart_first_contact, POLICY, ticket, instant(self.now))
        self.model.happen(ticket, "waits_again", self.now)

    @rule(ticket=tickets)
    def is_solved(self, ticket: int) -> None:
        if self.held(ticket):
            self.here.happen(ticket, "resolved", instant(self.now), CAUSE)
            self.model.go_on(ticket, self.now)
            self.model.happen(ticket, "resolved", self.now)

    @rule(ticket=tickets)
    def is_closed(self, ticket: int) -> None:
        if self.ticket(ticket).state == "resolved":
            self.here.write(ending.close, POLICY, ticket, instant(self.now))
            self.model.happen(ticket, "closed", self.now)

    # ── time, sweepers, the service itself ──────────────────────────────

    @rule(by=st.sampled_from([0.5, 1, 5, 14, 15, 31, 60, 240, 700, 1440]))
    def time_passes(self, by: float) -> None:
        """First everything that is due by now is told: to the model and to whichever sweeper comes first."""
        self.sweeps()
        self.now += by
        self.sweeps()

    @rule(by=st.sampled_from([5, 20, 61, 300]))
    def all_sweepers_are_away(self, by: float) -> None:
        """Customers and agents go on; what is due stays due."""
        self.now += by

    @rule(by=st.sampled_from([1, 5, 15, 31]), batch=st.integers(1, 3))
    def one_sweeper_dies_and_the_other_goes_on(self, by: float, batch: int) -> None:
        self.sweeps()
        self.now += by

        def dies(db: Any) -> None:
            sweep.take_due_steps(db, instant(self.now), batch)
            raise Crash

        for _ in range(2):
            with pytest.raises(Crash):
                self.here.write(dies)
            self.took(batch)
        self.sweeps()

    @rule()
    def the_same_policy_is_published_again(self) -> None:
        before = self.everything()
        for number in self.model.cases:
            self.here.write(rerouting.recompute, POLICY, number, instant(self.now))
        assert self.everything() == before

    def sweeps(self) -> None:
        while self.took(1) or self.took(5):
            pass
        self.expected += self.model.sweep(self.now)

    def took(self, batch: int) -> int:
        reached = self.here.write(sweep.take_due_steps, instant(self.now), batch)
        for one in reached:
            assert one.scheduled_at <= instant(self.now), "nothing comes early"
            minute = (one.scheduled_at - START) / timedelta(minutes=1)
            self.told.append((one.ticket.id, one.milestone, one.kind, round(minute, 6)))
        return len(reached)

    # ── what must always hold ─────────────────────────────────────────

    @invariant()
    def what_runs_is_what_the_model_says(self) -> None:
        for number, case in self.model.cases.items():
            mine = {
                row.milestone: (row.due_at, row.is_paused)
                for row in self.here.read(deadline_store.deadlines_of, number)
                if row.state == "open"
            }
            assert mine == {name: (self.due(case, name), clock.paused) for name, clock in case.clocks.items()}

    def due(self, case: Case, name: str) -> datetime:
        return instant(self.model.due(case, case.clocks[name]))

    @invariant()
    def every_step_was_told_once(self) -> None:
        expected = Counter((*one[:3], round(one[3], 6)) for one in self.expected)
        assert Counter(self.told) == expected
        assert not expected or max(expected.values()) == 1

    @invariant()
    def what_was_kept_is_not_broken(self) -> None:
        for number in self.model.cases:
            for row in self.here.read(deadline_store.deadlines_of, number):
                assert row.kind == "promise" or row.breached_at is None
                if row.state == "met" and row.settled_at is not None and row.settled_at != row.due_at:
                    # At the very instant it is due, the sweep and whoever keeps it may come in either order.
                    assert (row.breached_at is not None) == (row.kind == "promise" and row.settled_at > row.due_at)

    @invariant()
    def every_history_is_whole(self) -> None:
        for number in self.model.cases:
            head = ""
            for seq, row in enumerate(self.here.read(history.history_of, number), start=1):
                head = link(head, number, seq, row.at, row.kind, row.staff_id, row.data, salt=row.salt)
                assert (row.seq, row.hash) == (seq, head)

    def ticket(self, number: int) -> Ticket:
        return self.here.ticket(number)

    def held(self, number: int) -> bool:
        """Whether somebody works on it, who begins at once if it waits."""
        self.is_claimed(number)
        return self.ticket(number).state == "claimed"

    def everything(self) -> list[Any]:
        return [
            (self.here.read(deadline_store.deadlines_of, number), self.here.history(number))
            for number in self.model.cases
        ]


TestDesk = pytest.mark.proof(pytest.mark.timeout(120 + 30 * MACHINE.max_examples)(DeskMachine.TestCase))
TestDesk.settings = MACHINE
