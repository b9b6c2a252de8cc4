"""Settings and secret files."""
