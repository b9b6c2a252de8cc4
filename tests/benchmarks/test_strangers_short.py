"""A few seconds of one stranger with every trick: what is used up stays within bounds; how long it took is nobody's."""

from __future__ import annotations

import pytest

from benchmarks import strangers

pytestmark = pytest.mark.proof


async def test_one_stranger_with_every_trick_stays_within_bounds_and_a_customer_is_served() -> None:
    found = await strangers.measure(4.0)
    # Memory only in the long run: a server that has just started goes on loading.
    counted = ("tickets", "sessions", "disk_mb")
    assert {name: found[name] for name in counted if found[name] > strangers.BOUNDS[name]} == {}
    assert found["failed"] == {}, "customers, staff and health checks were always served"
    assert found["proven_tickets"] == 1, "a customer has one talk, whichever session they write in"
    refused = {answer.split(":")[0] for answer in found["answers"] if answer.endswith((":429", ":431"))}
    assert refused, "some trick comes up against its limit, however busy the machine is"
