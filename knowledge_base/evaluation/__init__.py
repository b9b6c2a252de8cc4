"""Evaluation of the answers: measurements, coverage, chart."""
