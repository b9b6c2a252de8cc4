"""The database as the product uses it: what any table needs."""
