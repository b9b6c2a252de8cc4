"""What a desk should do, told once more in plain minutes: an independent model of clocks, pauses, tiers and steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import NamedTuple

DAY = 1440
OPENS, CLOSES = 8 * 60, 21 * 60
HELD = ("first_contact",)  # once promised, never later

Step = tuple[str, float, float]  # kind, minutes from the due minute, minutes until it is repeated (0: never)


class Duty(NamedTuple):
    """A milestone in this model's words; `hours` are the open minutes of a day, None for all of them."""

    name: str
    starts: frozenset[str]
    met_by: frozenset[str]
    ended_by: frozenset[str]
    minutes: float
    counts_hours: bool
    pauses: bool
    target: bool
    late: tuple[tuple[float, float], ...]
    shares: tuple[float, ...]
    before: float | None
    keeps_running: bool
    topics: frozenset[str]  # of which it is owed; empty: of all
    at_hand_over: bool
    after_contact: float = 0.0  # minutes of the tier after a first contact is due that comes before; 0: none does


class Grade(NamedTuple):
    """How pressing a matter is: minutes allowed for some duties, and whether every minute counts."""

    minutes: dict[str, float]
    all_day: bool


class Fact(NamedTuple):
    """What happened, when, and what held from then on."""

    name: str
    at: float
    grade: str
    topic: str | None


@dataclass
class Clock:
    """One duty of one ticket, running."""

    duty: Duty
    began: float
    grade: str
    used: float = 0.0  # minutes that counted until `mark`
    mark: float = 0.0
    paused: bool = False
    fixed_due: float | None = None  # promised sooner than the rules say
    fired: int = 0  # steps that were told
    repeated: float | None = None  # when the last step is said again
    silent: bool = False
    acknowledged: bool = False
    contact: float | None = None  # when the first contact was due, by its rules, that was owed when this began


def open_minutes(start: float, end: float, *, all_day: bool) -> float:
    """Minutes between two instants that count."""
    if all_day:
        return end - start
    return _before(end) - _before(start)


def _before(minute: float) -> float:
    days, rest = divmod(minute, DAY)
    return days * (CLOSES - OPENS) + min(max(rest - OPENS, 0), CLOSES - OPENS)


def after(start: float, minutes: float, *, all_day: bool) -> float:
    """When so many minutes have counted; what ends with the day ends at closing time."""
    if all_day:
        return start + minutes
    if minutes == 0:
        rest = start % DAY
        return start if OPENS <= rest < CLOSES else start - rest + OPENS + (DAY if rest >= CLOSES else 0)
    worked = _before(start) + minutes
    days, rest = divmod(worked, CLOSES - OPENS)
    if rest == 0:
        days, rest = days - 1, CLOSES - OPENS
    return days * DAY + OPENS + rest


@dataclass
class Case:
    """One ticket."""

    tier: str
    began: float
    clocks: dict[str, Clock] = field(default_factory=dict)
    grade: str = "normal"
    topic: str | None = None  # a complaint is of theirs, whatever it is about
    past: list[Fact] = field(default_factory=list)
    pauses: list[tuple[float, float]] = field(default_factory=list)
    waits: float | None = None
    met: list[tuple[str, float]] = field(default_factory=list)
    ended: frozenset[str] = frozenset()  # solved, closed, withdrawn: what ends with it no later fact begins


class Model:
    """All tickets; `duties` by tier, `all_day` names the tiers whose hours never end."""

    def __init__(self, duties: dict[str, tuple[Duty, ...]], all_day: frozenset[str], grades: dict[str, Grade]) -> None:
        self.duties, self.all_day, self.grades = duties, all_day, grades
        self.cases: dict[int, Case] = {}

    def due(self, case: Case, clock: Clock) -> float:
        """Counted minute by minute of open time, without those of the pauses."""
        return self.reach(case, clock, self.allowed(clock)) if clock.fixed_due is None else clock.fixed_due

    def allowed(self, clock: Clock) -> float:
        """Its minutes, fewer for what is pressing."""
        minutes = clock.duty.minutes
        return min(minutes, self.grades[clock.grade].minutes.get(clock.duty.name, minutes))

    def reach(self, case: Case, clock: Clock, minutes: float) -> float:
        """When so many of its minutes have counted."""
        all_day = not clock.duty.counts_hours or case.tier in self.all_day or self.grades[clock.grade].all_day
        own = self._walk(case, clock, clock.began, minutes, all_day=all_day)
        if clock.contact is None or minutes != self.allowed(clock):
            return own
        return max(own, self._after_contact(case, clock, clock.duty.after_contact))

    def _after_contact(self, case: Case, clock: Clock, minutes: float) -> float:
        assert clock.contact is not None
        all_day = case.tier in self.all_day or self.grades[clock.grade].all_day
        return self._walk(case, clock, clock.contact, minutes, all_day=all_day)

    def _walk(self, case: Case, clock: Clock, since: float, minutes: float, *, all_day: bool) -> float:
        left, here = minutes, since
        pauses = [p for p in case.pauses if clock.duty.pauses and p[1] > here]
        for begins, ends in pauses:
            usable = open_minutes(here, max(here, begins), all_day=all_day)
            if left <= usable or after(here, left, all_day=all_day) <= begins:
                break
            left, here = left - usable, ends
        return after(here, left, all_day=all_day)

    def steps(self, case: Case, clock: Clock) -> list[Step]:
        """Everything that is to be told, in order."""
        duty, due = clock.duty, self.due(case, clock)
        minutes = self.allowed(clock)
        natural = self.reach(case, clock, minutes)
        if natural > self.reach(case, replace(clock, contact=None), minutes):
            minutes, reach = duty.after_contact, self._after_contact
        else:
            clock, reach = replace(clock, contact=None), self.reach
        early = [reach(case, clock, minutes * share) - natural for share in duty.shares]
        if duty.before is not None:
            before = duty.before if duty.before < minutes else minutes / 2
            early.append(reach(case, clock, minutes - before) - natural)
        first, then = ("reminder", "reminder") if duty.target else ("breach", "overdue")
        found: list[Step] = [("warning", at, 0) for at in early]
        if all(at > 0 for at, _ in duty.late):
            found.append((first, 0, 0))
        found += [(then if at > 0 else first, at, again) for at, again in duty.late]
        return [(kind, due + at, again) for kind, at, again in sorted(found, key=lambda step: step[1])]

    # ── what happens ──────────────────────────────────────────────────

    def open(self, number: int, tier: str, now: float, topic: str | None = None) -> None:
        """A hand-off, or a matter that somebody enters as raised then."""
        self.cases[number] = Case(tier, now, topic=topic)
        for fact in ("raised", "received"):
            self.happen(number, fact, now)

    def happen(self, number: int, fact: str, now: float) -> None:
        """A fact ends and starts clocks."""
        case = self.cases[number]
        if fact == "waits_again" and "first_contact" in case.clocks:
            return  # still owed: nothing begins anew
        case.past.append(Fact(fact, now, case.grade, case.topic))
        if fact in ("pressed", "corrected"):
            self._shorten(case, now, ends_others=fact == "corrected")
            return
        if fact == "reopened":
            case.clocks = {name: clock for name, clock in case.clocks.items() if "dissatisfied" in clock.duty.starts}
            case.met = [(name, -inf) for name, _ in case.met]  # nothing that is owed since was met by it
            case.ended = frozenset()
        if fact == "withdrawn":
            case.clocks.clear()
        for duty in self._in_order(case):
            running = duty.name in case.clocks
            if running and fact in duty.met_by:
                del case.clocks[duty.name]
                case.met.append((duty.name, now))
            elif running and fact in duty.ended_by:
                del case.clocks[duty.name]
            owed = not duty.topics or case.topic in duty.topics
            starts = owed and self._starts(duty, fact, running=running)
            if starts and not case.ended & (duty.ended_by | {"withdrawn"}):
                case.clocks[duty.name] = Clock(duty, now, case.grade, contact=self._contact(case, duty))
        case.ended |= {fact} & {"resolved", "closed", "withdrawn"}

    def _in_order(self, case: Case) -> list[Duty]:
        """The first contact first, which others come after."""
        return sorted(self.duties[case.tier], key=lambda duty: duty.name != "first_contact")

    def _contact(self, case: Case, duty: Duty) -> float | None:
        owed = case.clocks.get("first_contact") if duty.after_contact else None
        return None if owed is None else self.reach(case, owed, self.allowed(owed))

    def _starts(self, duty: Duty, fact: str, *, running: bool) -> bool:
        if fact == "waits_again":
            return duty.name == "first_contact" and not running
        return fact in duty.starts and not (duty.keeps_running and running)

    def _shorten(self, case: Case, now: float, *, ends_others: bool) -> None:
        """More pressing, or of another topic: what began with the hand-off ends sooner if it were to begin now."""
        owed = [duty for duty in self._in_order(case) if not duty.topics or case.topic in duty.topics]
        if ends_others:
            for name in [name for name, clock in case.clocks.items() if clock.duty not in owed]:
                del case.clocks[name]
        for duty in owed:
            running = case.clocks.get(duty.name)
            if not duty.at_hand_over or (running is None and self._was_met(case, duty)):
                continue
            fresh = Clock(duty, now, case.grade, contact=self._contact(case, duty))
            if running is None:
                fresh.paused = case.waits is not None and duty.pauses and self.due(case, fresh) > case.waits
                case.clocks[duty.name] = fresh
            elif self.due(case, fresh) < self.reach(case, running, self.allowed(running)):
                case.clocks[duty.name] = self._pressed(case, fresh, running, now)

    def _pressed(self, case: Case, fresh: Clock, running: Clock, now: float) -> Clock:
        """In place of the running one; what was promised sooner still stays."""
        told, due = self.due(case, running), self.due(case, fresh)
        if told < due:
            fresh.fixed_due = told
            return self._carried_over(case, fresh, running, told, now)
        fresh.paused = case.waits is not None and fresh.duty.pauses and due > case.waits
        return fresh

    def _was_met(self, case: Case, duty: Duty) -> bool:
        """Since the matter was raised, or raised anew."""
        return any(name == duty.name for name, _ in case.met)

    def set(self, number: int, now: float, *, grade: str | None = None, topic: str | None = "") -> None:
        """What a person sets; only more pressing grades, and another topic owed, move clocks."""
        case, grades = self.cases[number], list(self.grades)
        if topic not in ("", case.topic):
            case.topic = topic
            self.happen(number, "corrected", now)
        if grade is not None:
            more = grades.index(grade) > grades.index(case.grade)
            case.grade = grade
            if more:
                self.happen(number, "pressed", now)

    def wait(self, number: int, now: float) -> None:
        """For the customer."""
        case = self.cases[number]
        case.waits = now
        for clock in case.clocks.values():
            clock.paused = clock.duty.pauses and self.due(case, clock) > now

    def go_on(self, number: int, now: float) -> None:
        """The wait is over."""
        case = self.cases[number]
        if case.waits is not None:
            case.pauses.append((case.waits, now))
            case.waits = None
        for clock in case.clocks.values():
            clock.paused = False

    def retier(self, number: int, tier: str, now: float) -> None:
        """As if it had always been of this tier; what was promised sooner stays, what lies behind is not told."""
        case = self.cases[number]
        if tier != case.tier:
            told = {name: (clock, self.due(case, clock)) for name, clock in case.clocks.items()}
            self._retell(number, tier, case.past, told, now, HELD)

    def merge(self, gone: int, into: int, now: float) -> None:
        """One matter from the earlier start on; nothing that either was promised becomes later."""
        case, other = self.cases[into], self.cases.pop(gone)
        if case.waits is not None and other.waits is None:
            self.go_on(into, now)
        told = {name: (clock, self.due(case, clock)) for name, clock in case.clocks.items()}
        for name, clock in other.clocks.items():
            due = self.due(other, clock)
            if name not in told or due < told[name][1]:
                told[name] = (clock, due)
        first, second = sorted((case.past, other.past), key=lambda story: story[self._start(story)].at)
        begun = second[self._start(second)]._replace(name="pressed")
        rest = [fact for fact in second[self._start(second) + 1 :] if fact.name not in ("raised", "received")]
        unheard = self._unheard(second[: self._start(second)])
        case.past = sorted([*first, *unheard, begun, *rest], key=lambda fact: fact.at)
        case.met += other.met
        grades = list(self.grades)
        case.grade = max(case.grade, other.grade, key=grades.index)
        case.topic = "投诉" if "投诉" in (case.topic, other.topic) else case.topic or other.topic
        self._retell(into, case.tier, case.past, told, now, tuple(told))  # nobody knows either customer

    def _unheard(self, story: list[Fact]) -> list[Fact]:
        """What a customer was dissatisfied with before, and still waits to be asked about."""
        names = [fact.name for fact in story]
        heard = max((place for place, name in enumerate(names) if name in ("followed_up", "withdrawn")), default=-1)
        return [fact for fact in story[heard + 1 :] if fact.name == "dissatisfied"][:1]

    def _start(self, story: list[Fact]) -> int:
        """Where the matter began, or began anew."""
        return max(place for place, fact in enumerate(story) if fact.name in ("raised", "reopened"))

    def _retell(
        self,
        number: int,
        tier: str,
        story: list[Fact],
        told: dict[str, tuple[Clock, float]],
        now: float,
        held: tuple[str, ...],
    ) -> None:
        """Let everything happen once more; `held`: what does not become later than it was `told`."""
        case = self.cases[number]
        old, old_due, met = (
            {name: clock for name, (clock, _) in told.items()},
            {name: due for name, (_, due) in told.items()},
            case.met,
        )
        self.cases[number] = fresh = Case(tier, case.began, pauses=case.pauses)
        for fact in story:
            fresh.grade, fresh.topic = fact.grade, fact.topic
            self.happen(number, fact.name, fact.at)
        fresh.met, fresh.waits = met, case.waits
        fresh.grade, fresh.topic = case.grade, case.topic
        for name, clock in list(fresh.clocks.items()):
            if any(what == name and at > clock.began for what, at in met):
                del fresh.clocks[name]
                continue
            if name in held and name in old_due and old_due[name] < self.due(fresh, clock):
                clock.fixed_due = old_due[name]
            fresh.clocks[name] = self._carried_over(fresh, clock, old.get(name), old_due.get(name), now)

    def _carried_over(self, case: Case, clock: Clock, old: Clock | None, old_due: float | None, now: float) -> Clock:
        due = self.due(case, clock)
        clock.paused = case.waits is not None and clock.duty.pauses and due > case.waits
        until = case.waits if clock.paused and case.waits is not None else now
        steps = self.steps(case, clock)
        if old is not None and old_due == due and self._same(case, clock, old):
            held = clock.fixed_due if clock.fixed_due is not None else old.fixed_due
            return replace(old, duty=clock.duty, grade=clock.grade, fixed_due=held, paused=clock.paused)
        behind = [step for step in steps if step[1] <= until]
        if due > until:
            return replace(clock, fired=len(behind))
        if old is None or old_due is None or old.silent or old.paused or old_due > until:
            return replace(clock, silent=True)
        if old.fired <= len([s for s in self.steps(case, old) if s[0] == "warning"]):
            return replace(clock, fired=len([s for s in steps if s[0] == "warning"]))
        again = None
        if behind[-1][2]:
            again = behind[-1][1]
            while again <= until:
                again += behind[-1][2]
        return replace(clock, fired=len(behind), repeated=again)

    def _same(self, case: Case, clock: Clock, old: Clock) -> bool:
        same = clock.duty._replace(starts=frozenset(), met_by=frozenset(), ended_by=frozenset())
        was = old.duty._replace(starts=frozenset(), met_by=frozenset(), ended_by=frozenset())
        return clock.began == old.began and (same == was or self.steps(case, clock) == self.steps(case, old))

    # ── what is told ──────────────────────────────────────────────────

    def sweep(self, now: float) -> list[tuple[int, str, str, float]]:
        """Everything due by now, as (ticket, duty, kind, the minute it was for)."""
        found = []
        for number, case in self.cases.items():
            for clock in case.clocks.values():
                if not clock.paused and not clock.silent:
                    found += [(number, clock.duty.name, kind, at) for kind, at in self._tell(case, clock, now)]
        return sorted(found)

    def _tell(self, case: Case, clock: Clock, now: float) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = []
        steps = self.steps(case, clock)
        while True:
            coming = steps[clock.fired] if clock.fired < len(steps) else None
            if coming is not None and coming[1] <= now:
                while coming[0] == "warning" and steps[clock.fired + 1][1] <= now:
                    clock.fired += 1
                    coming = steps[clock.fired]
                clock.fired += 1
                found.append(coming[:2])
            elif clock.repeated is not None and clock.repeated <= now:
                kind = steps[clock.fired - 1][0]
                found.append(("overdue" if kind == "breach" else kind, clock.repeated))
            else:
                return found
            every = steps[clock.fired - 1][2]
            clock.repeated = None
            if every:
                clock.repeated = found[-1][1] + every
                while clock.repeated <= now:
                    clock.repeated += every
