"""Matching of a message: index, ranking, decision."""
