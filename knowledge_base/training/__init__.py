"""The classifier's training and its cache on disk."""
