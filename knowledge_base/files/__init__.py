"""FAQ files: YAML, CSV, XLSX, and their faults."""
