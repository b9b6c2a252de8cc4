"""kill -9 at the commits of a conversation: what is left is exactly what an undisturbed conversation leaves."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.journeys.conversation_story import Story
from tests.journeys.mortal import condemn, deaths, mortal, spare


@pytest.mark.timeout(240)
@pytest.mark.parametrize("side", ["before", "after"])
def test_death_at_any_commit_loses_and_doubles_nothing(tmp_path: Path, http: httpx.Client, side: str) -> None:
    folder = tmp_path / side
    with mortal(folder) as (one, desk, agent):
        undisturbed = Story(one, desk, agent, http).tell()
        assert one.deaths == 0
        died = 0
        for nth in deaths(side):
            condemn(folder, side, nth)
            assert Story(one, desk, agent, http).tell() == undisturbed, f"killed {side} commit {nth}"
            if spare(folder):  # the conversation has no nth commit: all of them had their turn
                break
            died += 1
            assert one.deaths == died
    assert died >= 4
