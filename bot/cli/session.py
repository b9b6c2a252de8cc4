"""Open the service for a command, from its options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from typing import Annotated

from sqlalchemy.exc import DatabaseError

from bot.app import Knowledge, NotReady, open_service
from bot.cli.command import Setup
from bot.config.settings import Settings
from bot.service import Service
from escalation.working_hours.instants import parse_instant


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


@contextmanager
def opened(settings: Settings, knowledge: Knowledge = "none") -> Iterator[Service]:
    """Open the service for a command, and close its database afterwards; raises NotReady if it cannot be opened."""
    service = open_or_explain(settings, knowledge)
    try:
        yield service
    finally:
        service.database.close()


Where = Annotated[Settings, Setup(nullcontext)]
WithoutKnowledge = Annotated[Service, Setup(opened)]
# What is kept of it reads words for dangers. It is loaded whatever they are: most dangers hold no word of the policy.
ForWords = Annotated[Service, Setup(partial(opened, knowledge="at once"))]
WithKnowledge = Annotated[Service, Setup(partial(opened, knowledge="best"))]


def instant(text: str) -> datetime:
    """Parse an instant; raises NotReady for one without an offset from UTC."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise NotReady(str(error)) from None
