"""Service levels: what is owed by when, and what a due step does; pure."""
