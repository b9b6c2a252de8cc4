"""Database access: engines and transactions, group commit, change feed, upsert, table metadata."""
