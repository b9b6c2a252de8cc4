"""Open the service for a command, from its options."""

from __future__ import annotations

import argparse
from datetime import datetime

from sqlalchemy.exc import DatabaseError

from bot.app import Knowledge, NotReady, open_service
from bot.config.settings import Settings, read_settings
from bot.service import Service
from escalation.working_hours.instants import parse_instant


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings: options override environment variables, which override defaults."""
    names = ("host", "port", "data", "database", "policy")
    return read_settings(**{name: getattr(options, name, None) for name in names})


def service_of(options: argparse.Namespace, knowledge: Knowledge = "best") -> Service:
    """Open the service for a command; raises NotReady with one sentence if that fails."""
    return open_or_explain(settings_of(options), knowledge)


def open_or_explain(settings: Settings, knowledge: Knowledge = "best") -> Service:
    """Open the service; raises NotReady with one sentence if the data folder or the database cannot be used."""
    try:
        return open_service(settings, knowledge)
    except PermissionError as error:
        raise NotReady(f"The data folder cannot be written: {error.filename}. Choose another with --data.") from None
    except OSError as error:
        raise NotReady(f"The data folder {settings.data} cannot be used: {error.strerror}.") from None
    except DatabaseError as error:
        # The driver's first line names the trouble; the URL may hold a password and is left out.
        reason = str(error.orig).splitlines()[0]
        raise NotReady(f"The database cannot be opened: {reason}.") from None


def instant(text: str) -> datetime:
    """Parse an instant; raises NotReady for one without an offset from UTC."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise NotReady(str(error)) from None
