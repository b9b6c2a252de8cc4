"""Outgoing messages: the outbox, its sender, rate limits, undeliverable replies and unreachable customers."""
