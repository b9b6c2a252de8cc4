"""The settings of each start in the journal, where they differ from those of the start before; secrets as digests."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot.config.settings import Settings
from escalation.journal.journal_store import latest, record
from escalation.journal.keyed import key_of, mac

SUBJECT = "settings"


def record_settings(db: Connection, settings: Settings, now: datetime) -> None:
    """Record what differs from the settings recorded last."""
    line, after = latest(db, SUBJECT), _told(db, settings)
    before = line.after.get("all", {}) if line is not None else {}
    changed = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    if changed:
        record(
            db,
            SUBJECT,
            "settings at start",
            "system",
            now,
            before={name: before.get(name) for name in changed},
            after={"changed": changed, "all": after},
        )


def _told(db: Connection, settings: Settings) -> dict[str, str]:
    found = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        text = "" if value is None else str(value)
        if not each.repr and text:  # a secret
            text = f"digest {mac(key_of(db), 'setting', each.name, text)[:16]}"
        elif each.name == "database" and text:
            text = make_url(text).render_as_string(hide_password=True)
        found[each.name] = text
    return found
