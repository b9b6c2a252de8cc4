"""Calendar years: their days, files and editions."""
