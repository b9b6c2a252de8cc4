"""Updates from Telegram: polled or posted, dispatched, retried, set aside as dead letters."""
