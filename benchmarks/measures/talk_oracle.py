"""The facts of the conversation, as docs/measures.md says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from benchmarks.measures.hours import Hours
from benchmarks.measures.recording import Fact, Recording, Said
from benchmarks.measures.replayed import Replayed

ONE_DAY = timedelta(days=1)
_WORD = re.compile(r"[A-Za-z0-9-]+")


def facts_of_talks(
    recording: Recording, tickets: Mapping[int, Replayed], rules_at: Callable[[datetime], Hours]
) -> Iterator[Fact]:
    """Every fact of every conversation."""
    for talk, channel in recording.talks.items():
        lines = [line for line in recording.said if line.talk == talk]
        theirs = [ticket for ticket in tickets.values() if ticket.record.talk == talk]
        for index, line in enumerate(lines):
            for measure, value, part, later in _of_line(lines, index, theirs, rules_at):
                at = line.at + later
                topic = recording.topics.get(line.article or line.helped or line.rejected, "")
                day = rules_at(at).day_of(at)
                known = line.later if later and line.later else (line.ticket or 0, line.queue, line.tier)
                number, queue, tier = known
                yield Fact(measure, at, day, value, number, tier, queue, topic, channel, 0, part)
        yield from _retold(recording, lines, tickets, channel, rules_at)


Told = tuple[str, int, str, timedelta]


def _of_line(
    lines: Sequence[Said], index: int, tickets: Sequence[Replayed], rules_at: Callable[[datetime], Hours]
) -> Iterator[Told]:
    line, earlier, now = lines[index], lines[:index], timedelta(0)
    if line.author == "bot" and line.article:
        yield "bot_answered", 1, line.article, now
        asked = [one for one in earlier if one.author == "customer"]
        if asked:
            yield "bot_answer_time", (line.at - asked[-1].at) // timedelta(seconds=1), "", now
        until = line.at + ONE_DAY
        if not any(one.author == "bot" and one.article and one.at <= until for one in lines[index + 1 :]):
            yield "bot_alone", int(not _needed_people(tickets, line.at, until)), "", ONE_DAY
    if line.author != "customer":
        return
    yield "customer_line", 1, "", now
    if line.helped:
        yield "bot_helped", 1, line.helped, now
    if line.rejected:
        yield "bot_rejected", 1, line.rejected, now

    def month(one: Said) -> tuple[int, int]:
        day = rules_at(one.at).day_of(one.at)
        return day.year, day.month

    if not line.known and not any(one.author == "customer" and month(one) == month(line) for one in earlier):
        yield "stranger_wrote", 1, "", now


def _needed_people(tickets: Sequence[Replayed], since: datetime, until: datetime) -> bool:
    for ticket in tickets:
        if since <= ticket.lines[0].at <= until:
            return True
        if ticket.lines[0].at < since and ticket.at(until).state in ("waiting", "claimed"):
            return True
    return False


def _retold(
    recording: Recording,
    lines: Sequence[Said],
    tickets: Mapping[int, Replayed],
    channel: str,
    rules_at: Callable[[datetime], Hours],
) -> Iterator[Fact]:
    for line in lines:
        ticket = tickets.get(line.ticket or 0)
        if line.author != "customer" or ticket is None:
            continue
        standing = ticket.at(line.at)
        if standing.state not in ("waiting", "claimed"):
            continue
        starts = [run for run in ticket.runs if ticket.lines[run.first].at <= line.at]
        begins = ticket.lines[starts[-1].first].at if len(starts) > 1 else None
        earlier = [
            one
            for one in recording.said
            if one.id in line.beside and one.id < line.id and (begins is None or one.at >= begins)
        ]
        known = {word for one in earlier for word in _values(one.words)}
        again = _values(line.words) & known
        if again:
            day = rules_at(line.at).day_of(line.at)
            yield Fact("retold", line.at, day, len(again), line.ticket or 0, line.tier, line.queue, "", channel)


def _values(words: str) -> set[str]:
    found = (word for word in _WORD.findall(words) if len(word) >= 6)
    return {word for word in found if sum(letter.isdigit() for letter in word) >= 4}
