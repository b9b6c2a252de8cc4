"""Talks as files: what is said and done in one, what is expected of each turn, and how a played one differs."""
