"""The doors of a service on SQLite."""

from __future__ import annotations

from tests.bot.web.fixtures import doors

__all__ = ["doors"]
