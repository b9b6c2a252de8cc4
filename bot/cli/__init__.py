"""What each command does; `bot.cli` reads the words, these do the work."""
