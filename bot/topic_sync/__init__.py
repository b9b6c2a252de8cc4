"""Telegram topics of tickets: which are out of date, the queue of work on them, the groups and their rate limit."""
