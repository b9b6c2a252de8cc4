"""Alembic migrations of all packages' tables, in one linear history."""

HEAD = "0052"
