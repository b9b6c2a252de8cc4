"""Which Telegram topics are stale, and the queue of work on them."""
