"""Article files read: YAML, CSV, XLSX, and their faults."""
