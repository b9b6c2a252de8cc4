"""kill -9 at some commits of a conversation on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.journeys.conversation_story import Story
from tests.journeys.mortal import condemn, mortal, spare


@pytest.mark.timeout(240)
def test_death_at_some_commits_on_postgresql(tmp_path: Path, http: httpx.Client, prepared_postgres: str) -> None:
    folder = tmp_path / "house"
    with mortal(folder, prepared_postgres) as (one, desk, agent):
        undisturbed = Story(one, desk, agent, http).tell()
        for side, nth in (("before", 3), ("after", 6), ("before", 8)):
            condemn(folder, side, nth)
            assert Story(one, desk, agent, http).tell() == undisturbed, f"killed {side} commit {nth}"
            assert not spare(folder)
