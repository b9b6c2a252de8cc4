"""The outbox's messages sent to Telegram."""
