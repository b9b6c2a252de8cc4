"""A short run of the desk in a browser: nothing is lost in redraws, every row is reached, the tasks can be done."""

from __future__ import annotations

import pytest

from benchmarks.desk import events, journeys, losses
from benchmarks.desk.drawing import measure
from benchmarks.desk.ground import running
from tests.browser.conftest import CHROMIUM

pytestmark = [
    pytest.mark.proof,
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
]


def test_every_row_is_reached_and_redraws_lose_nothing() -> None:
    with running(110) as desk:
        drawn = measure(desk, 110, 1)
        assert (drawn["by_scroll"], drawn["by_tab"]) == (110, 110)
        assert drawn["by_search"] == drawn["searched"] == 10
        assert losses.measure(desk, 15)["lost"] == 0
        found = events.measure(desk, 1)
        assert found["board: a message"]["events"] == 1
        assert 0 < found["board: a message"]["bytes"] < 20_000


def test_a_task_is_carried_out_and_its_keys_are_counted() -> None:
    with running(12) as desk:
        found = journeys.carry_out(desk, journeys.TASKS["simple ticket, by keys"])
        assert found["clicks"] == 0
        assert found["keys"] > 20
