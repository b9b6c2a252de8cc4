"""How good the answers are: measurements, coverage, chart."""
