"""Figures of the product's structure, read from the source without running it."""
