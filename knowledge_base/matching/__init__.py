"""A question matched: the index, the ranking, the decision."""
