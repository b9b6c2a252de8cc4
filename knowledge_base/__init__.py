"""Articles, the matching of messages with them, and the confidence of a match."""
