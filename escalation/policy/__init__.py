"""The policy: its model, the reader of its file, its editions, routing."""
