"""Cards for the staff's own chat: sealed while they wait in the outbox, for they name customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.messages import Channel, Delivery, Never, Outgoing
from bot.rules import Rules
from escalation.vault import Vault, VaultError

STAFF_CHAT = "staff"  # the outbox channel that leads there
DESK = "desk"  # the address that means: the overview of whichever group is in use now
_FIELD = "outbox.text"


def post_card(db: Connection, rules: Rules, text: str, now: datetime) -> None:
    """Let staff read this in their chat, if they have one: a message of its own, at once. Tickets' cards are paged."""
    if rules.staff_chat:
        post_to(db, rules.vault, rules.staff_chat, text, now)


def post_to(
    db: Connection, vault: Vault, address: str, text: str, now: datetime, *, reply_to: int | None = None
) -> int:
    """A sealed message to a chat of staff, as an answer to one of theirs if need be; returns its row in the outbox."""
    ref = uuid4().hex
    sealed = vault.seal(text, row=ref, field=_FIELD)
    return outbox.post(db, STAFF_CHAT, address, sealed, now, ref=ref, reply_to=reply_to)


class DecryptingChannel:
    """A channel that opens sealed texts at the very last moment before they are sent."""

    def __init__(self, channel: Channel, vault: Vault) -> None:
        self.channel, self.vault = channel, vault
        self.name = channel.name

    async def send(self, message: Outgoing) -> Delivery:
        """Open and send; what cannot be opened becomes a dead letter, so that it holds up nothing behind it."""
        if message.ref is not None:
            try:
                message = replace(message, text=self.vault.open(message.text, row=message.ref, field=_FIELD))
            except VaultError as fault:
                return Never(str(fault))
        return await self.channel.send(message)
