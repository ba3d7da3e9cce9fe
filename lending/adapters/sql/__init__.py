"""The durable library in SQL: SQLite embedded, PostgreSQL at scale.

tables       the schema, as migrations leave it
columns      how times, periods and lists become columns
engine       connections, and how writers on SQLite wait in turn
library      `Library` and `Transaction`
accounts, collection, circulation, marks, uploads, keys    one port each
upserts      rows written whether or not they are there
migrations/  the schema's history (Alembic)
"""
