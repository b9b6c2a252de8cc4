"""What we know about a question, and how sure we are."""
