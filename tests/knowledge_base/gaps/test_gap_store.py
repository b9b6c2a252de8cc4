"""Gaps are settled together and opened again together, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.database import Database
from knowledge_base.gaps import gap_store
from tests.conftest import MONDAY_MORNING as NOW


def test_what_was_settled_together_opens_together(database: Database) -> None:
    one, two, three = (database.write_now(gap_store.add_gap, "unanswered", "云打印", NOW) for _ in range(3))
    database.write_now(gap_store.settle, (one, two), "accepted", "韩梅", NOW, "cloud")
    database.write_now(gap_store.settle, (three,), "dismissed", "韩梅", NOW + timedelta(minutes=1))
    assert database.read_now(gap_store.decided_with, two) == (one, two)
    assert database.read_now(gap_store.decided_with, three) == (three,)
    assert database.write_now(gap_store.reopen, (one, two)) == 2
    assert database.read_now(gap_store.decided_with, one) == ()
    assert {gap.id for gap in database.read_now(gap_store.open_gaps)} == {one, two}
    assert database.write_now(gap_store.reopen, (one,)) == 0
