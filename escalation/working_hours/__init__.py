"""Instants, opening hours and working time; pure."""
