"""Sending outbox rows to Telegram chats: customers', staff groups', albums, formatting."""
