"""Addresses of chats of an account that the bot is connected to: "chat@connection"; pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

LONGEST_CONNECTION = 44  # characters of a connection's id, so that an address fits its column
_APART = 2**62  # above every number that a messenger gives a chat


@dataclass(frozen=True, slots=True)
class BusinessChat:
    """A customer's chat with the owner of an account, told apart by the connection; its number alone is ambiguous."""

    chat: int
    connection: str

    @property
    def address(self) -> str:
        """The address that the chat's messages come from and are answered at."""
        return f"{self.chat}@{self.connection[:LONGEST_CONNECTION]}"

    @property
    def number(self) -> int:
        """What stands for the chat where message ids are kept, for its own number is also that of the private chat."""
        digest = hashlib.sha256(self.address.encode()).digest()
        return _APART | int.from_bytes(digest[:8]) >> 2


def business_chat(address: str) -> BusinessChat | None:
    """Return the chat of such an address; None for every other."""
    chat, at, connection = address.partition("@")
    return BusinessChat(int(chat), connection) if at and connection and chat.isdecimal() else None
