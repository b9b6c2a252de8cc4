"""The way out to customers and staff: outbox, sender, rate limits, dead letters."""
