"""Training of the levels, and their cache on disk."""
