"""What was said: conversations, messages, edits, message ids, dead letters."""
