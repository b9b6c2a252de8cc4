"""The customers' web chat: its page and its API."""
