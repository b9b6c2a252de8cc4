"""Sets of tickets are what they were given, however many they are, and what is taken from them is gone."""

from __future__ import annotations

import pytest

from bot.storage.database import Database
from bot.transcript.term_blocks import BLOCK, change, numbers_in, set_of, term_blocks, tickets_with

TERM, OTHER = 2**40 - 1, 7


@pytest.mark.parametrize("numbers", [[], [0], [1, 5, BLOCK, 3 * BLOCK + 7], list(range(1, 9_000, 2))])
def test_a_set_gives_back_its_numbers_in_order(numbers: list[int]) -> None:
    assert numbers_in(set_of(reversed(numbers))) == numbers


@pytest.mark.parametrize("count", [1, 127, 128, 129, BLOCK, 2 * BLOCK + 3])
def test_what_is_written_in_parts_is_read_as_a_whole_and_taken_away_again(database: Database, count: int) -> None:
    every = range(1, count + 1)
    for begin in (1, 2):
        database.write_now(change, {ticket: {TERM} for ticket in every[begin - 1 :: 2]}, {})
    database.write_now(change, {count: {OTHER}}, {})
    assert numbers_in(database.read_now(tickets_with, [TERM])) == list(every)
    assert numbers_in(database.read_now(tickets_with, [TERM, OTHER])) == [count]
    database.write_now(change, {}, {ticket: {TERM, OTHER} for ticket in every if ticket > 1})
    assert numbers_in(database.read_now(tickets_with, [TERM])) == [1]
    database.write_now(change, {}, {1: {TERM, OTHER}})
    assert database.read_now(lambda db: db.execute(term_blocks.select()).all()) == []


def test_a_term_that_nothing_has_finds_nothing(database: Database) -> None:
    assert database.read_now(tickets_with, [TERM]) == 0
