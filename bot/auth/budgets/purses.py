"""Whose budgets a use is charged to; pure."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.policy.budgets import Budget, Budgets, Use, Whose
from escalation.vault import Vault

SHARED_TIMES = 50  # as wide as for one household, where the settings name the address as shared by many
_SHARED, _SINGLE = "s:", "n:"
_DIGITS = 32  # of a fingerprint


@dataclass(frozen=True, slots=True)
class User:
    """Who uses something: a conversation's address, the contact it is proven to be, and where its messages come from.

    `origin` is empty for a message that came through no network.
    """

    channel: str
    address: str
    contact_id: str | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount to be taken from one purse's budget for one use."""

    purse: str
    use: Use
    budget: Budget
    amount: float = 1


def origin_of(vault: Vault, network: str, *, shared: bool) -> str:
    """Return what stands for a network address wherever it is kept: a keyed digest, for addresses are personal data."""
    digest = vault.fingerprint(network, field="budgets.network")[:_DIGITS]
    return f"{_SHARED if shared else _SINGLE}{digest}"


def charges(budgets: Budgets, user: User, use: Use, amount: float = 1) -> tuple[Charge, ...]:
    """Return what a use is charged to.

    A proven customer has a budget of their own and is hindered by no stranger's. A stranger's use is charged to the
    session, the network address and all strangers together; at a messenger, to the account alone.
    """
    found = [
        Charge(purse, use, times(budget, factor), amount)
        for whose, purse, factor in _purses(user)
        if (budget := budgets.find(whose, use)) is not None
    ]
    return tuple(found)


def times(budget: Budget, factor: int) -> Budget:
    """Return the budget, `factor` times as wide."""
    return Budget(budget.at_once * factor, budget.per_hour * factor)


def width(origin: str) -> int:
    """Return how many times as wide the budgets of this origin are."""
    return SHARED_TIMES if origin.startswith(_SHARED) else 1


def _purses(user: User) -> tuple[tuple[Whose, str, int], ...]:
    if user.contact_id is not None:
        return (("customer", f"contact:{user.contact_id}", 1),)
    account = f"{user.channel}:{user.address}"
    if user.channel != "web":
        return (("address", account, 1),)
    if not user.origin:
        return ()
    mine: tuple[tuple[Whose, str, int], ...] = (("session", account, 1),) if user.address else ()
    return (*mine, ("address", user.origin, width(user.origin)), ("everybody", "everybody", 1))
