"""Refusals of backups and of restoring."""

from __future__ import annotations

from bot.messages import BotRefusal


class UpkeepRefusal(BotRefusal):
    """A backup or a restore that cannot be done; the text is a whole sentence, and nothing was changed."""
