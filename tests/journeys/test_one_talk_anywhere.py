"""Two agents, a customer on two devices and at a messenger, two replicas on PostgreSQL, kill -9 in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.journeys.one_talk_story import IN_TIME, OneTalk
from tests.journeys.people import desk_at
from tests.journeys.two_replicas import two_on_postgres
from tests.patience import patience


@pytest.mark.proof
@pytest.mark.timeout(240)
def test_nothing_of_one_talk_is_lost_doubled_or_shown_to_another(
    postgres: Callable[[], str], tmp_path: Path, http: httpx.Client
) -> None:
    with ExitStack() as stack:
        replicas, secret = two_on_postgres(stack, postgres(), tmp_path)
        desk = stack.enter_context(desk_at(replicas[0]))
        agents = (desk.hire("one-li", "李"), desk.hire("one-han", "韩"))
        talk = OneTalk(replicas, desk, http, secret, 1, agents)
        talk.meet()
        assert all(each < patience(IN_TIME) for each in talk.took.values()), talk.took
        talk.survive(dies=0, after=0.2)
        assert talk.faults() == []
