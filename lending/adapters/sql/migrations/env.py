"""Alembic's entrance: runs migrations on the connection that `upgrade` hands over."""

from alembic import context
from sqlalchemy import Connection

from lending.adapters.sql.tables import metadata

connection: Connection = context.config.attributes["connection"]
# SQLite changes columns by copying the table; Alembic's batch mode does that.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
