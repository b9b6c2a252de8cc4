"""The SQLAlchemy MetaData of the bot's own tables; they reference the domains' tables, never the reverse."""

from sqlalchemy import MetaData

from escalation.tables import metadata as of_escalation

metadata = MetaData(naming_convention=of_escalation.naming_convention)
