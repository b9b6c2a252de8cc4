"""Accounts of owners that the bot is connected to (Telegram Business): their customers' chats."""
