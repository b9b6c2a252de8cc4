"""Questions without an answer: clustering and store."""
