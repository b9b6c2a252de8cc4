"""Messages to the staff chat, and those that an earlier version sealed for itself before the outbox did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.delivery.outbox import STAFF_CHAT
from bot.messages import Button, Channel, Delivery, Never, Outgoing
from bot.rules import Rules
from escalation.vault import Vault, VaultError

DESK = "desk"  # the address that means: the overview of whichever group is in use now
_FIELD = "outbox.text"


def post_to_staff_chat(db: Connection, rules: Rules, text: str, now: datetime) -> None:
    """Post a message to the staff chat, if there is one, outside of paging and its limits."""
    if rules.staff_chat:
        post_to(db, rules.staff_chat, text, now)


def post_to(
    db: Connection,
    address: str,
    text: str,
    now: datetime,
    *,
    reply_to: int | None = None,
    buttons: Sequence[Button] = (),
) -> int:
    """Post a message to a staff chat, optionally as a reply; returns its outbox row's id."""
    return outbox.post(db, STAFF_CHAT, address, text, now, buttons, reply_to=reply_to)


def posted_text(vault: Vault, text: str, ref: str | None) -> str:
    """Return the words of a message in the outbox, also of one that was sealed twice; empty if that does not open."""
    try:
        return text if ref is None else vault.open(text, row=ref, field=_FIELD)
    except VaultError:
        return ""


class DecryptingChannel:
    """A channel that opens, just before they are sent, texts of an earlier version, which were sealed twice."""

    def __init__(self, channel: Channel, vault: Vault) -> None:
        self.channel, self.vault = channel, vault
        self.name = channel.name

    async def send(self, message: Outgoing) -> Delivery:
        """Decrypt and send; what cannot be decrypted becomes a dead letter."""
        if message.ref is not None:
            try:
                message = replace(message, text=self.vault.open(message.text, row=message.ref, field=_FIELD))
            except VaultError as fault:
                return Never(str(fault))
        return await self.channel.send(message)
