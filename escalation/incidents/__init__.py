"""Service interruptions: model and store."""
