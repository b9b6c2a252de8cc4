"""Instants, opening hours, and working time between them."""
