"""Questions without an answer: clusters and their store."""
