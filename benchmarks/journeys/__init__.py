"""Journeys through the product's code, counted by a profiler."""
