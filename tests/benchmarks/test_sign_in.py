"""The measurement of sign-ins beside guesses runs, and finds who is kept out and who is not."""

from __future__ import annotations

import pytest

from benchmarks import sign_in


@pytest.mark.proof
def test_guesses_are_turned_away_and_the_administrator_is_not() -> None:
    found = sign_in.measure(guesses=20)
    assert found["guesses_judged"] == 20 + 30  # of the name by four addresses, and of invented names by one
    assert found["guesses_turned_away"] == 10
    assert (found["known_browser_afterwards"], found["unknown_browser_afterwards"]) == (303, 429)
