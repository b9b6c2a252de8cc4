"""The chain of a ticket's history: whatever is done to a line past the desk is found; the database itself refuses."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, DateTime, bindparam, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.migrations import schema
from bot.storage.database import Database
from escalation.tickets import audit, history
from escalation.tickets.hash_chain import Head, HistoryRecord, Trail, digest, link
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets
from tests.escalation.tickets.history_scene import KINDS, NOW, open_ticket, ticket_values, unguarded

# Pure: lines in a list


def written(count: int, before: int = 0, ticket: int = 7) -> list[HistoryRecord]:
    """A history as the desk writes it; the first `before` lines are older than the chain."""
    lines: list[HistoryRecord] = []
    for seq in range(1, count + 1):
        at, kind, data = NOW + timedelta(minutes=seq), KINDS[seq % len(KINDS)], {"queue": "通用客服", "times": seq}
        previous = lines[-1].hash if lines else ""
        found = "" if seq <= before else link(previous, ticket, seq, at, kind, None, data)
        lines.append(HistoryRecord(100 + seq, ticket, seq, at, kind, None, data, found))
    return lines


def said(
    lines: Sequence[HistoryRecord], head: Head | None, *, began: int | None = None, kept: Head | None = None
) -> list[str]:
    """What the audit says about these lines."""
    hashed = [line.id for line in lines if line.hash]
    trail = Trail(7, began if began is not None else min(hashed, default=None), kept)
    for line in sorted(lines, key=lambda line: line.seq):
        trail.read(line)
    return [str(fault) for fault in trail.finish(head)]


def end_of(lines: Sequence[HistoryRecord]) -> Head:
    return Head(len(lines), lines[-1].hash)


def test_a_history_as_the_desk_wrote_it_has_no_fault() -> None:
    lines = written(6)
    assert said(lines, end_of(lines)) == []


def test_lines_from_before_the_chain_are_counted_and_no_fault() -> None:
    lines = written(6, before=3)
    trail = Trail(7, lines[3].id)
    for line in lines:
        trail.read(line)
    assert (trail.finish(end_of(lines)), trail.before) == ([], 3)


def test_a_changed_line_is_named() -> None:
    lines = written(4)
    changed = [*lines[:2], replace(lines[2], data={"queue": "投诉处理"}), lines[3]]
    assert said(changed, end_of(lines)) == [
        'Ticket 7, line 3: "assessed" does not fit its hash; it was changed, or the line before it was put in another\'s place.'
    ]


def test_a_line_changed_together_with_its_hash_does_not_fit_the_next() -> None:
    lines = written(4)
    forged = replace(lines[1], kind="called")
    forged = replace(forged, hash=link(lines[0].hash, 7, 2, forged.at or NOW, "called", None, forged.data or {}))
    assert said([lines[0], forged, *lines[2:]], end_of(lines)) == [
        'Ticket 7, line 3: "assessed" does not fit its hash; it was changed, or the line before it was put in another\'s place.'
    ]


def test_a_missing_line_is_told_with_its_neighbours() -> None:
    lines = written(6)
    assert said([*lines[:2], *lines[3:]], end_of(lines)) == [
        "Ticket 7: line 3 is missing; line 2 is followed by line 4."
    ]
    assert said(lines[3:], end_of(lines)) == ["Ticket 7: lines 1 to 3 are missing; its history begins with line 4."]


def test_swapped_lines_are_told_with_the_places_they_were_written_for() -> None:
    lines = written(5)
    swapped = [lines[0], replace(lines[2], seq=2), replace(lines[1], seq=3), *lines[3:]]
    assert said(swapped, end_of(lines))[:2] == [
        'Ticket 7, line 2: "assessed" stands in the wrong place; it was written as line 3.',
        'Ticket 7, line 3: "replied" stands in the wrong place; it was written as line 2.',
    ]


def test_a_tail_cut_off_is_missed_by_the_ticket() -> None:
    lines = written(5)
    assert said(lines[:3], end_of(lines)) == [
        "Ticket 7: its history ends with line 3, though the ticket counts 5; the end was cut off."
    ]
    assert Trail(7, None).finish(Head(2, "ab"))[0].message == (
        "it has no history, though the ticket counts 2; the end was cut off."
    )


def test_a_line_put_at_the_end_is_one_too_many() -> None:
    lines = written(5)
    assert said(lines, Head(4, lines[3].hash)) == [
        "Ticket 7: it has 5 lines, though the ticket counts 4; some were slipped in."
    ]


def test_a_changed_head_is_told() -> None:
    lines = written(2)
    assert said(lines, Head(2, "0" * 64)) == [
        "Ticket 7: the hash of line 2 is not the one the ticket ends with; either was changed."
    ]


def test_hashes_taken_away_from_the_first_lines_are_missed() -> None:
    lines = written(5)
    blank = [replace(line, hash="") for line in lines[:2]]
    # Its own third line covers the hash that the second had …
    assert said([*blank, *lines[2:]], end_of(lines)) == [
        'Ticket 7, line 3: "assessed" does not fit its hash; it was changed, or the line before it was put in another\'s place.'
    ]
    # … and where the chain had begun on an earlier ticket, even a history blanked whole, with its head, is found.
    assert said([replace(line, hash="") for line in lines[:1]], Head(1, ""), began=50) == [
        'Ticket 7, line 1: "claimed" has no hash, though the chain had begun; the hash was taken away.'
    ]


def test_a_hash_taken_away_in_the_middle_is_missed() -> None:
    lines = written(4)
    assert said([*lines[:2], replace(lines[2], hash=""), lines[3]], end_of(lines))[0] == (
        'Ticket 7, line 3: "assessed" has no hash, though the chain had begun; the hash was taken away.'
    )


def test_what_cannot_be_read_is_a_fault_and_no_stumbling_block() -> None:
    lines = written(2)
    assert said([lines[0], replace(lines[1], data=None)], end_of(lines)) == [
        'Ticket 7, line 2: "replied" cannot be read; its instant or its data was changed.'
    ]


def test_a_number_that_no_line_can_have_was_slipped_in() -> None:
    lines = written(2)
    extra = replace(lines[0], id=99, seq=0, hash="")
    assert said([extra, *lines], end_of(lines))[0] == (
        "Ticket 7: a line has the number 0, which no line can have after line 0; it was slipped in."
    )


def test_a_ticket_that_is_gone_is_told() -> None:
    assert said(written(2), None) == [
        "Ticket 7: the ticket is gone, though its history stands; it was deleted past the desk."
    ]


def test_a_chain_written_anew_fits_itself_but_not_what_was_kept_elsewhere() -> None:
    kept, other = end_of(written(3)), written(4, ticket=7)
    forged: list[HistoryRecord] = []
    for line in other:
        previous = forged[-1].hash if forged else ""
        data = {"queue": "别处"}
        forged.append(replace(line, data=data, hash=link(previous, 7, line.seq, line.at or NOW, line.kind, None, data)))
    assert said(forged, end_of(forged)) == []
    assert said(forged, end_of(forged), kept=kept) == [
        "Ticket 7, line 3: it is not the line whose hash was kept elsewhere; the history was written anew."
    ]
    assert said(forged[:2], end_of(forged[:2]), kept=kept) == [
        "Ticket 7: it has 2 lines, fewer than the 3 that were kept elsewhere."
    ]
    assert said(other, end_of(other), kept=kept) == []


def test_the_digest_of_all_heads_changes_with_any_of_them() -> None:
    heads = [(1, Head(2, "a" * 64)), (2, Head(3, "b" * 64))]
    assert digest(heads) == digest(list(heads))
    others = [heads[:1], [(1, Head(3, "a" * 64)), heads[1]], [(3, heads[0][1]), heads[1]], [heads[0], (2, Head(3, ""))]]
    assert len({digest(heads), *map(digest, others)}) == 5


histories = st.integers(2, 9).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count - 1)))


@given(histories)
def test_whatever_its_length_an_untouched_history_has_no_fault(shape: tuple[int, int]) -> None:
    lines = written(*shape)
    assert said(lines, end_of(lines)) == []


@settings(max_examples=300)
@given(histories, st.data())
def test_any_single_change_of_a_chained_line_is_found(shape: tuple[int, int], data: st.DataObject) -> None:
    lines = written(*shape)
    place = data.draw(st.integers(shape[1], len(lines) - 1))
    line = lines[place]
    changes: list[dict[str, Any]] = [
        {"at": (line.at or NOW) + timedelta(microseconds=1)},
        {"kind": line.kind + "_"},
        {"staff_id": 1},
        {"data": {**(line.data or {}), "queue": "通用客服 "}},
        {"data": {}},
        {"ticket_id": 8},
        {"hash": ("0" if line.hash[0] != "0" else "1") + line.hash[1:]},
        {"hash": ""},
    ]
    lines[place] = replace(line, **data.draw(st.sampled_from(changes)))
    assert said(lines, end_of(written(*shape)), began=written(*shape)[shape[1]].id)


@given(histories, st.data(), st.booleans())
def test_any_removal_is_found(shape: tuple[int, int], data: st.DataObject, renumbered: bool) -> None:
    lines = written(*shape)
    head = end_of(lines)
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    if renumbered:
        lines = [replace(line, seq=seq) for seq, line in enumerate(lines, start=1)]
    assert said(lines, head)


@given(histories, st.data(), st.booleans())
def test_any_swap_with_a_chained_line_is_found(shape: tuple[int, int], data: st.DataObject, only_places: bool) -> None:
    lines = written(*shape)
    head = end_of(lines)
    one = data.draw(st.integers(shape[1], len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1).filter(lambda place: place != one))
    a, b = lines[one], lines[other]
    lines[one], lines[other] = replace(b, seq=a.seq), replace(a, seq=b.seq)
    if only_places:
        lines[one], lines[other] = replace(lines[one], id=a.id), replace(lines[other], id=b.id)
    assert said(lines, head)


@given(histories, st.data(), st.booleans())
def test_any_insertion_is_found(shape: tuple[int, int], data: st.DataObject, chained: bool) -> None:
    lines = written(*shape)
    head = end_of(lines)
    place = data.draw(st.integers(shape[1], len(lines)))
    previous = lines[place - 1].hash if place else ""
    found = link(previous, 7, place + 1, NOW, "called", None, {}) if chained else ""
    slipped_in = HistoryRecord(999, 7, place + 1, NOW, "called", None, {}, found)
    later = [replace(line, seq=line.seq + 1) for line in lines[place:]]
    assert said([*lines[:place], slipped_in, *later], head)


# In the database


def audited(database: Database, *args: Any) -> list[str]:
    return [str(fault) for fault in database.read_now(audit.verify, *args).faults]


def test_what_the_desk_wrote_holds(database: Database) -> None:
    for lines in (3, 1, 5):
        database.write_now(open_ticket, lines)
    found = database.read_now(audit.verify)
    assert (found.tickets, found.lines, found.before, found.count, found.faults) == (3, 9, 0, 0, [])
    assert database.read_now(audit.verify, 2).lines == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket_events SET kind = 'called'",
        "UPDATE ticket_events SET hash = '' WHERE id = 1",
        "DELETE FROM ticket_events WHERE id = 2",
    ],
)
def test_the_database_refuses_to_change_or_drop_a_line(database: Database, statement: str) -> None:
    database.write_now(open_ticket)
    with pytest.raises(DBAPIError) as refused:
        database.write_now(lambda db: db.execute(text(statement)))
    assert str(refused.value.orig).splitlines()[0] == "The history of a ticket is only ever added to."
    assert audited(database) == []


def test_no_other_way_round_leads_to_a_changed_line(database: Database) -> None:
    database.write_now(open_ticket)
    columns = "id, ticket_id, seq, at, kind, data"
    values = "1, 1, 1, '2026-11-23 00:00:00', 'called', '{}'"
    over = f"INSERT OR REPLACE INTO ticket_events ({columns}) VALUES ({values})"
    statement = over if database.is_sqlite else "TRUNCATE ticket_events"
    with pytest.raises(DBAPIError, match="only ever added to"):
        database.write_now(lambda db: db.exec_driver_sql(statement))
    assert database.read_now(lambda db: db.scalar(select(func.count()).select_from(ticket_events))) == 3


def test_each_tampering_with_the_database_in_hand_is_found(database: Database) -> None:
    numbers = [database.write_now(open_ticket) for _ in range(6)]
    database.write_now(unguarded)

    def tamper(db: Connection) -> None:
        mine = [(ticket_events.c.ticket_id == number) for number in numbers]
        db.execute(update(ticket_events).where(mine[0], ticket_events.c.seq == 2).values(data={"queue": "别处"}))
        db.execute(delete(ticket_events).where(mine[1], ticket_events.c.seq == 2))
        for seq, to in ((2, 9), (3, 2), (9, 3)):
            db.execute(update(ticket_events).where(mine[2], ticket_events.c.seq == seq).values(seq=to))
        db.execute(delete(ticket_events).where(mine[3], ticket_events.c.seq == 3))
        db.execute(update(tickets).where(tickets.c.id == numbers[4]).values(head="f" * 64))
        db.execute(update(ticket_events).where(mine[5]).values(hash=""))
        db.execute(update(tickets).where(tickets.c.id == numbers[5]).values(head=""))

    database.write_now(tamper)
    assert audited(database) == [
        'Ticket 1, line 2: "claimed" does not fit its hash; it was changed, or the line before it was put in another\'s place.',
        "Ticket 2: line 2 is missing; line 1 is followed by line 3.",
        'Ticket 3, line 2: "replied" stands in the wrong place; it was written as line 3.',
        'Ticket 3, line 3: "claimed" stands in the wrong place; it was written as line 2.',
        "Ticket 3: the hash of line 3 is not the one the ticket ends with; either was changed.",
        "Ticket 4: its history ends with line 2, though the ticket counts 3; the end was cut off.",
        "Ticket 5: the hash of line 3 is not the one the ticket ends with; either was changed.",
        'Ticket 6, line 1: "opened" has no hash, though the chain had begun; the hash was taken away.',
        'Ticket 6, line 2: "claimed" has no hash, though the chain had begun; the hash was taken away.',
        'Ticket 6, line 3: "replied" has no hash, though the chain had begun; the hash was taken away.',
    ]
    assert audited(database, 4) == [
        "Ticket 4: its history ends with line 2, though the ticket counts 3; the end was cut off."
    ]


def test_a_history_deleted_whole_is_missed_by_its_ticket(database: Database) -> None:
    number = database.write_now(open_ticket)
    database.write_now(unguarded)
    database.write_now(lambda db: db.execute(delete(ticket_events)))
    found = database.read_now(audit.verify)
    assert (found.tickets, found.lines) == (1, 0)
    assert audited(database) == [
        f"Ticket {number}: it has no history, though the ticket counts 3; the end was cut off."
    ]


def test_a_ticket_deleted_with_its_history_is_missed_by_what_was_kept_elsewhere(database: Database) -> None:
    kept = {number: end for number in [database.write_now(open_ticket)] for end in [_head(database, number)]}
    database.write_now(unguarded)
    database.write_now(lambda db: db.execute(delete(ticket_events)))
    database.write_now(lambda db: db.execute(delete(tickets)))
    assert audited(database) == []
    assert audited(database, None, kept) == ["Ticket 1: it was kept elsewhere, but is gone."]


def _head(database: Database, number: int) -> Head:
    return dict(database.read_now(lambda db: list(audit.heads(db))))[number]


def test_a_line_that_is_no_json_any_more_is_told(sqlite: Database) -> None:
    sqlite.write_now(open_ticket)
    sqlite.write_now(unguarded)
    sqlite.write_now(lambda db: db.exec_driver_sql("UPDATE ticket_events SET data = '{', at = 'gestern' WHERE seq = 2"))
    assert audited(sqlite) == ['Ticket 1, line 2: "claimed" cannot be read; its instant or its data was changed.']


def test_a_history_from_before_the_chain_is_counted_and_goes_on_chained(url: str) -> None:
    database = Database(url)
    database.write_now(lambda db: command.upgrade(schema._config(db), "0002"))

    def as_it_was(db: Connection) -> None:
        values = ticket_values()
        lists = dict.fromkeys(("candidates", "rejected"), "[]")
        columns = ", ".join(values)
        db.execute(
            text(f"INSERT INTO tickets ({columns}) VALUES ({', '.join(f':{name}' for name in values)})"),
            {**values, **lists},
        )
        for kind in ("opened", "claimed"):
            line = "INSERT INTO ticket_events (ticket_id, at, kind, data) VALUES (1, :at, :kind, '{}')"
            db.execute(text(line).bindparams(bindparam("at", type_=DateTime(timezone=True))), {"at": NOW, "kind": kind})

    database.write_now(as_it_was)
    database.write_now(schema.upgrade)
    database.write_now(lambda db: history.log(db, 1, "resolved", NOW))
    found = database.read_now(audit.verify)
    assert (found.lines, found.before, found.faults) == (3, 2, [])
    assert [line.seq for line in database.read_now(history.history_of, 1)] == [1, 2, 3]
    database.write_now(unguarded)
    database.write_now(lambda db: db.execute(delete(ticket_events).where(ticket_events.c.seq == 1)))
    assert audited(database) == ["Ticket 1: line 1 is missing; its history begins with line 2."]
    database.close()
