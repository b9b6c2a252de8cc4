"""Telegram: aiogram stops at this package's door, and is imported only when a token is set."""
