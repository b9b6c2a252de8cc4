"""A short run of the idle pages: all are served, and a customer beside them wakes none."""

from __future__ import annotations

import pytest

from benchmarks import pages

pytestmark = pytest.mark.proof


async def test_idle_pages_are_all_kept_and_none_is_woken_by_anothers_message() -> None:
    found = await pages.measure(pages.Size(pages=60, hold=1.0, beside=30, rounds=1, round_s=1.0))
    assert (found["kept"]["served"], found["kept"]["addresses"]) == (60, 6)
    assert (found["beside"]["unwoken"], found["beside"]["messages"]) == (30, 3)
