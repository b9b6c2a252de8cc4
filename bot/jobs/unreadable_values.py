"""How much no key opens, as it was counted while everything is sealed: read at start-up, without a look at the rows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.jobs import resealing
from escalation.vault import Vault


def unreadable_values(db: Connection, vault: Vault, zone: ZoneInfo) -> str:
    """Return the sentence with the counts of each table and the instant as of which they are; empty if all is read."""
    found = resealing.passes(db, vault)
    lost = [(each, each.counted_at) for each in found if each.unreadable and each.counted_at is not None]
    if not lost:
        return ""
    counts = ", ".join(f"{each.table_name} {each.unreadable}" for each, _ in lost)
    total, at = sum(each.unreadable for each, _ in lost), min(at for _, at in lost).astimezone(zone)
    begun = f"Values that none of the keys here opens: {total} ({counts}), as counted on {at:%Y-%m-%d %H:%M}"
    still = sum(not each.done for each in found)
    begun += f", {still} tables still to be looked through" if still else ""
    return f"{begun}. An older vault-keys.json may hold theirs: add its keys to yours; a running service looks again."
