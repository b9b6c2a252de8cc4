"""Alembic's entry point: runs migrations over the connection it is given."""

from alembic import context

from bot.migrations.schema import all_metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_metadata(), transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
