"""What Telegram costs us and what it keeps of its promises: real processes, a Bot API server of our own."""
