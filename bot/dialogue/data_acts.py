"""The acts of `plan` that are about the customer's own data."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.data_words import DataWish


@dataclass(frozen=True, slots=True)
class AskDataWish:
    """Ask whether the customer's data is to be exported or erased, or how they prove who they are."""

    wish: DataWish


@dataclass(frozen=True, slots=True)
class RegisterDataWish:
    """Register the wish, as part of the open ticket or as one of its own."""

    wish: DataWish


@dataclass(frozen=True, slots=True)
class KeepData:
    """Withdraw these wishes about the customer's data; none: say that there is none."""

    wishes: tuple[DataWish, ...]


@dataclass(frozen=True, slots=True)
class TellDataWishes:
    """Say how far these wishes are, and by when they are answered."""

    wishes: tuple[DataWish, ...]


@dataclass(frozen=True, slots=True)
class ShowConsents:
    """Show what the customer agreed to, with buttons that withdraw it."""


@dataclass(frozen=True, slots=True)
class ShowNotice:
    """Send the privacy notice."""


DataAct = AskDataWish | RegisterDataWish | KeepData | TellDataWishes | ShowConsents | ShowNotice
