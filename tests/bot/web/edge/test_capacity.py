"""What fits into the open files, and that something is always kept back."""

from __future__ import annotations

import resource

import pytest

from bot.web.edge import capacity
from bot.web.edge.capacity import Capacity, capacity_of, raise_file_limit


@pytest.mark.parametrize("files", [64, 256, 1024, 20_000, 65_536])
def test_each_figure_leaves_room_for_what_comes_before_it(files: int) -> None:
    found = capacity_of(files)
    assert files > found.connections > found.requests >= found.streams
    assert files < 256 or found.streams > 0


def test_what_fits_into_the_usual_limits() -> None:
    assert capacity_of(1024) == Capacity(1024, 832, 780, 683)
    assert capacity_of(20_000) == Capacity(20_000, 19_808, 18_570, 16_249)


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1024, 20_000, 20_000),
        (1024, 1024, 1024),
        (1024, 1_000_000, 65_536),
        (1024, resource.RLIM_INFINITY, 65_536),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 65_536),
        (500_000, 1_000_000, 500_000),
    ],
)
def test_the_soft_limit_is_raised_within_reason(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised: int
) -> None:
    limits = [soft, hard]
    monkeypatch.setattr(capacity.resource, "getrlimit", lambda _which: tuple(limits))
    monkeypatch.setattr(capacity.resource, "setrlimit", lambda _which, wanted: limits.__setitem__(slice(0, 2), wanted))
    assert raise_file_limit() == raised
    assert limits[1] == hard


def test_a_system_that_allows_less_than_it_says_keeps_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_which: int, _wanted: tuple[int, int]) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(capacity.resource, "getrlimit", lambda _which: (1024, 4096))
    monkeypatch.setattr(capacity.resource, "setrlimit", refuse)
    assert raise_file_limit() == 1024
