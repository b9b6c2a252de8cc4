"""Whose budgets pay."""

from __future__ import annotations

from bot.auth.budgets.purses import User, charges, origin_of, times
from escalation.policy.budgets import DEFAULT_BUDGETS, Budget, Budgets
from escalation.vault import Vault

BUDGETS = Budgets()


def purses(user: User, use="handoffs") -> dict[str, Budget]:
    return {each.purse: each.budget for each in charges(BUDGETS, user, use)}


def test_a_strangers_hand_off_is_charged_to_session_address_and_all_strangers() -> None:
    assert purses(User("web", "a1", None, "n:ff")) == {
        "web:a1": DEFAULT_BUDGETS["session"]["handoffs"],
        "n:ff": DEFAULT_BUDGETS["address"]["handoffs"],
        "everybody": DEFAULT_BUDGETS["everybody"]["handoffs"],
    }


def test_a_new_session_is_charged_to_the_address_for_it_has_none_of_its_own_yet() -> None:
    assert set(purses(User("web", "", None, "n:ff"), "sessions")) == {"n:ff", "everybody"}


def test_a_proven_customer_pays_alone() -> None:
    assert purses(User("web", "a1", "C1001", "n:ff")) == {"contact:C1001": DEFAULT_BUDGETS["customer"]["handoffs"]}
    assert purses(User("telegram", "77", "C1001")) == {"contact:C1001": DEFAULT_BUDGETS["customer"]["handoffs"]}


def test_an_account_of_a_messenger_counts_like_an_address() -> None:
    assert purses(User("telegram", "77")) == {"telegram:77": DEFAULT_BUDGETS["address"]["handoffs"]}


def test_a_shared_address_is_fifty_times_as_wide() -> None:
    assert purses(User("web", "a1", None, "s:ff"))["s:ff"] == times(DEFAULT_BUDGETS["address"]["handoffs"], 50)


def test_what_came_through_no_network_is_charged_to_nobody() -> None:
    assert purses(User("web", "a1")) == {}


def test_an_address_is_kept_as_a_keyed_digest(vault: Vault) -> None:
    found = origin_of(vault, "203.0.113.9", shared=False)
    assert found == origin_of(vault, "203.0.113.9", shared=False)
    assert "203.0.113.9" not in found
    assert len(found) == 34
    assert found != origin_of(vault, "203.0.113.8", shared=False)
    assert origin_of(vault, "203.0.113.9", shared=True) == "s:" + found[2:]
    assert found != origin_of(Vault({"k1": b"k" * 32}, "k1", b"m" * 32), "203.0.113.9", shared=False)
