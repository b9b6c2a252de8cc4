"""The Bot API client and its HTTP session."""
