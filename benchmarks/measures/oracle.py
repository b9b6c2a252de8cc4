"""Every fact of a recording, as docs/measures.md says; slow, and shares no function with the product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.measures.hours import Hours
from benchmarks.measures.lateness import late_of
from benchmarks.measures.recording import Fact, Line, Recording, Spell
from benchmarks.measures.replayed import CONTACTS, ENDS, Replayed, Run, Standing, happened, replay
from benchmarks.measures.talk_oracle import facts_of_talks

SEVEN_DAYS = timedelta(days=7)


def facts_of(recording: Recording, until: datetime) -> list[Fact]:
    """Every fact up to an instant, to the second."""
    told = Oracle(recording)
    return sorted(fact._replace(at=fact.at.replace(microsecond=0)) for fact in told.everything() if fact.at <= until)


class Oracle:
    """The facts of one recording."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.hours = [(edition.at, Hours(edition)) for edition in recording.editions]
        self.tickets = {record.id: replay(record) for record in recording.records}

    def everything(self) -> Iterator[Fact]:
        """All of them, in no order."""
        for ticket in self.tickets.values():
            for index, line in enumerate(ticket.lines):
                yield from self._of_line(ticket, index, line)
            for run in ticket.runs:
                yield from self._of_contact(ticket, run)
            yield from self._of_night(ticket)
            yield from self._of_complaint(ticket)
            yield from self._of_holders(ticket)
            yield from self._of_clocks(ticket)
            for index, at, milestone in late_of(ticket, self.tickets):
                stood = ticket.after[index]
                yield self._fact(ticket, stood, "milestone_late", at, 1, stood.holder, milestone)
            yield from self._of_articles(ticket)
        yield from facts_of_talks(self.recording, self.tickets, self.rules_at)
        yield from self._of_days()

    def rules_at(self, at: datetime) -> Hours:
        """The hours by the edition in force at an instant; before there was one, by the first."""
        return [self.hours[0][1], *(hours for since, hours in self.hours if since <= at)][-1]

    # ── what one line says ────────────────────────────────────────────

    def _of_line(self, ticket: Replayed, index: int, line: Line) -> Iterator[Fact]:  # noqa: C901, PLR0912  # the table of the page, row by row
        before, after, by = ticket.before(index), ticket.after[index], line.staff
        data = line.data

        def fact(measure: str, agent: int | None, part: str = "", value: int = 1) -> Fact:
            return self._fact(ticket, after, measure, line.at, value, agent, part)

        match line.kind:
            case "opened":
                yield fact("raised", ticket.record.opened_by, data["reason"])
            case "reopened":
                yield fact("reopened", before.holder if before.holder is not None else ticket.solver(index))
            case "merged_away":
                yield fact("merged", by)
            case "withdrawn":
                yield fact("withdrawn", after.holder)
            case "closed" if data.get("unanswered"):
                yield fact("lapsed", after.holder)
            case "claimed":
                yield fact("claimed", by)
            case "transferred" | "reassigned":
                yield fact("transferred", before.holder)
            case "rated":
                yield fact("rated", ticket.solver(index), value=(data["score"] - 1) * 25)
            case "dimensions_rated":
                for dimension, score in data["scores"].items():
                    yield fact("rated_dimension", ticket.solver(index), dimension, (score - 1) * 25)
            case "step_done":
                earlier = [
                    each
                    for each in self._earlier_in_run(ticket, index)
                    if each.kind in ("step_done", "confirmed", "assessed")
                ]
                if earlier:
                    yield fact("step_wait", by, value=_seconds(earlier[-1].at, line.at))
            case "cause_noted" if not self._was_noted(ticket, index, line):
                yield fact("cause_of", by, f"{data['of']}:{data['cause']}")
            case "resolved":
                yield from self._of_solution(ticket, index, line)
        if (data.get("after") or {}).get("cause"):
            yield fact("cause", by, data["after"]["cause"])

    def _of_solution(self, ticket: Replayed, index: int, line: Line) -> Iterator[Fact]:
        run, after = ticket.runs[ticket.run_of[index]], ticket.after[index]
        earlier = [each for each in run.lines if each < index]
        holders = {ticket.after[each].holder for each in (*earlier, index)} | {line.staff}
        wrote = [each for each in earlier if ticket.lines[each].kind in ("customer_wrote", "resumed", "urged")]
        values = {
            "resolved": 1,
            "resolution_time": _seconds(run.raised, line.at),
            "hands": len(holders - {None}),
            "contacts": 1 + len(wrote),
        }
        for measure, value in values.items():
            yield self._fact(ticket, after, measure, line.at, value, line.staff)
        solved = [ticket.lines[each].at for each in range(index) if ticket.lines[each].kind == "resolved"]
        since = solved[-1] if solved else None
        active = sum((_active(spell, since, line.at) for spell in ticket.record.spells), timedelta())
        if spent := active // timedelta(seconds=1):
            yield self._fact(ticket, after, "handling_time", line.at, spent, line.staff)
        if ticket.run_of[index] == 0:
            value = int(self._is_solved_at_once(ticket, index, line))
            yield self._fact(ticket, after, "fcr", line.at + SEVEN_DAYS, value, line.staff)

    def _is_solved_at_once(self, ticket: Replayed, index: int, line: Line) -> bool:
        after, until = ticket.after[index], line.at + SEVEN_DAYS
        known = [each for each in range(len(ticket.lines)) if ticket.lines[each].at <= until]
        if any(ticket.lines[each].kind in ("transferred", "reassigned") for each in known if not ticket.run_of[each]):
            return False
        if any(ticket.lines[each].kind in ("reopened", "dissatisfied") for each in known if each > index):
            return False
        for other in self.tickets.values():
            if other is ticket or not line.at < other.lines[0].at <= until or other.at(until).topic != after.topic:
                continue
            merged = any(
                each.kind == "merged_away" and each.data["into"] == ticket.record.id and each.at <= until
                for each in other.lines
            )
            mine = other.at(until).contact == after.contact
            if after.contact is None:
                mine = other.record.talk == ticket.record.talk
            if mine and not merged:
                return False
        return True

    def _was_noted(self, ticket: Replayed, index: int, line: Line) -> bool:
        noted = line.data.get("of"), line.data.get("cause")
        earlier = [each for each in self._earlier_in_run(ticket, index) if each.kind == "cause_noted"]
        return not noted[0] or noted in [(each.data.get("of"), each.data.get("cause")) for each in earlier]

    def _earlier_in_run(self, ticket: Replayed, index: int) -> list[Line]:
        return [ticket.lines[each] for each in ticket.runs[ticket.run_of[index]].lines if each < index]

    # ── what several lines say ────────────────────────────────────────

    def _of_contact(self, ticket: Replayed, run: Run) -> Iterator[Fact]:
        if run.contact is None or run.since is None:
            return
        raised, received = run.since
        line, after = ticket.lines[run.contact], ticket.after[run.contact]
        at = happened(line)
        rules = self.rules_at(at)
        calendar = rules.calendar_of.get(after.queue) or rules.calendar_of_tier[after.tier]
        for name, since in (("raised", raised), ("received", received)):
            values = {
                f"response_{name}": _seconds(since, at),
                f"response_{name}_working": rules.seconds(calendar, since, at),
            }
            for measure, value in values.items():
                yield self._fact(ticket, after, measure, line.at, value, line.staff)

    def _of_night(self, ticket: Replayed) -> Iterator[Fact]:
        opened, after = ticket.lines[0], ticket.after[0]
        night = self.rules_at(opened.at).night_of(opened.at)
        if night is None:
            return
        yield self._fact(ticket, after, "night_raised", opened.at, 1, None)
        index = ticket.runs[0].contact
        if index is not None and ticket.lines[index].at < night[1]:
            line = ticket.lines[index]
            yield self._fact(ticket, ticket.after[index], "night_contacted", line.at, 1, line.staff)

    def _of_complaint(self, ticket: Replayed) -> Iterator[Fact]:
        answered = closed = since = None
        for index, line in enumerate(ticket.lines):
            after = ticket.after[index]
            changed = (line.data.get("before") or {}), (line.data.get("after") or {})
            becomes = line.kind == "opened" and after.complaint
            if becomes or (changed[0].get("complaint") is False and changed[1].get("complaint") is True):
                yield self._fact(ticket, after, "complaint", line.at, 1, after.holder)
                since = answered = closed = line.at
                continue
            if not after.complaint:
                answered = closed = None
            if answered and line.kind in CONTACTS:
                assert since is not None
                yield self._fact(
                    ticket, after, "complaint_response", line.at, _seconds(since, happened(line)), line.staff
                )
                answered = None
            if closed and line.kind == "resolved":
                assert since is not None
                yield self._fact(ticket, after, "complaint_closure", line.at, _seconds(since, line.at), line.staff)
                closed = None
            if line.kind in ENDS:
                answered = None

    def _of_holders(self, ticket: Replayed) -> Iterator[Fact]:
        for index in range(len(ticket.lines)):
            holder = ticket.after[index].holder
            if holder is None or holder == ticket.before(index).holder:
                continue
            for later in range(index + 1, len(ticket.lines)):
                line = ticket.lines[later]
                if ticket.run_of[later] != ticket.run_of[index] or ticket.before(later).holder != holder:
                    break
                if line.staff == holder and line.kind not in ("claimed", "acknowledged"):
                    waited = _seconds(ticket.lines[index].at, line.at)
                    yield self._fact(ticket, ticket.after[later], "handover_gap", line.at, waited, holder)
                    break

    def _of_clocks(self, ticket: Replayed) -> Iterator[Fact]:
        for clock in ticket.record.clocks:
            at = clock.settled_at
            if clock.state != "met" or at is None:
                continue
            stood = ticket.at(at)
            if at <= clock.due_at:
                yield self._fact(ticket, stood, "milestone_kept", at, 1, stood.holder, clock.milestone)
            took = _seconds(clock.started_at, at)
            yield self._fact(ticket, stood, "milestone_time", at, took, stood.holder, clock.milestone)

    def _of_articles(self, ticket: Replayed) -> Iterator[Fact]:
        said_by_bot = [line for line in self.recording.said if line.talk == ticket.record.talk and line.author == "bot"]
        first = True
        for index, line in enumerate(ticket.lines):
            article = line.data.get("article") if line.kind == "replied" else None
            if not article:
                continue
            yield self._fact(ticket, ticket.after[index], "published_used", line.at, 1, line.staff, article)
            by_bot = not ticket.record.by_hand and not ticket.run_of[index]
            if first and by_bot and not any(one.article == article and one.at <= line.at for one in said_by_bot):
                yield self._fact(ticket, ticket.after[index], "wrongly_silent", line.at, 1, line.staff, article)
            first = False

    def _of_days(self) -> Iterator[Fact]:
        for day, number in self.recording.organisations.items():
            at = self.hours[-1][1].ends_at(day)
            yield Fact("organisations", at - timedelta(seconds=1), day, number)
        for (day, agent), number in self.recording.held.items():
            at = self.hours[-1][1].ends_at(day)
            yield Fact("held", at - timedelta(seconds=1), day, number, agent=agent)

    def _fact(
        self,
        ticket: Replayed,
        standing: Standing,
        measure: str,
        at: datetime,
        value: int,
        agent: int | None,
        part: str = "",
    ) -> Fact:
        record = ticket.record
        channel = record.channel or self.recording.talks.get(record.talk, "")
        day = self.rules_at(at).day_of(at)
        topic = standing.topic or ""
        return Fact(measure, at, day, value, record.id, standing.tier, standing.queue, topic, channel, agent or 0, part)


def _active(spell: Spell, since: datetime | None, until: datetime) -> timedelta:
    """How long of a spell lies after one instant and up to another."""
    began, ended = spell.ended_at - timedelta(seconds=spell.seconds), min(spell.ended_at, until)
    return max(timedelta(), ended - (began if since is None or began > since else since))


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, (until - since) // timedelta(seconds=1))
