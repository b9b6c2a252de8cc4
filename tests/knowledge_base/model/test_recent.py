"""Recent results: made once, the oldest given up first."""

from __future__ import annotations

from knowledge_base.model.recent import RecentResults


def test_a_result_is_made_once_while_it_is_kept() -> None:
    recent: RecentResults[str, str] = RecentResults(2)
    assert recent.of("a", lambda: "first") == "first"
    assert recent.of("b", lambda: "other") == "other"
    assert recent.of("a", lambda: "second") == "first"


def test_what_was_not_asked_for_longest_is_given_up() -> None:
    recent: RecentResults[str, str] = RecentResults(2)
    for key in ("a", "b", "a", "c"):
        recent.of(key, lambda: "made")
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("made", None, "made")
