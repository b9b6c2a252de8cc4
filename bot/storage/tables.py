"""The MetaData of bot's own tables; it refers to the domains' columns, never the other way round."""

from sqlalchemy import MetaData

from escalation.tables import metadata as of_escalation

metadata = MetaData(naming_convention=of_escalation.naming_convention)
