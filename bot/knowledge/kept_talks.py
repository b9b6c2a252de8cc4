"""What publishing knows of the talks that are kept: somebody plays them by given rules and says which go wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bot.rules import Rules

# Plays by these rules the kept talks of these names (None: all); returns those that go wrong: name → sentences.
Replay = Callable[[Rules, Collection[str] | None], Mapping[str, str]]


def no_talks(_rules: Rules, _names: Collection[str] | None = None) -> Mapping[str, str]:
    """Return nothing: where no talks are kept none goes wrong."""
    return {}
