"""The customers' chat in a browser: its page and its endpoints."""
