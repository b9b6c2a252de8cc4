"""The Telegram channel; the only package that imports aiogram, and only when a token is set."""
