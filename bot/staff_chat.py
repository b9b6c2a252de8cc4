"""Cards for the staff's own chat: sealed while they wait in the outbox, for they name customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from bot import outbox
from bot.messages import Channel, Delivery, Outgoing
from bot.rules import Rules
from escalation.vault import Vault

STAFF_CHAT = "staff"  # the outbox channel that leads there
_FIELD = "outbox.text"


def post_card(db: Connection, rules: Rules, text: str, now: datetime) -> None:
    """Let staff read this in their chat, if they have one."""
    if not rules.staff_chat:
        return
    ref = uuid4().hex
    sealed = rules.vault.seal(text, row=ref, field=_FIELD)
    outbox.post(db, STAFF_CHAT, rules.staff_chat, sealed, now, ref=ref)


class Unsealing:
    """A channel that opens sealed texts at the very last moment before they are sent."""

    def __init__(self, channel: Channel, vault: Vault) -> None:
        self.channel, self.vault = channel, vault
        self.name = channel.name

    async def send(self, message: Outgoing) -> Delivery:
        """Open and send."""
        if message.ref is not None:
            message = replace(message, text=self.vault.open(message.text, row=message.ref, field=_FIELD))
        return await self.channel.send(message)
