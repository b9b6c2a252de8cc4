"""The Telegram door; aiogram stops here."""
