"""Updates from Telegram: fetched or called in, dispatched, retried."""
