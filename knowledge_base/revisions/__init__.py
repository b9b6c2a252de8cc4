"""Revisions of the knowledge base: store, differences, clashes, health, regressions."""
