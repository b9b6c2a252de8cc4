"""The figures of the service: facts made of histories and transcripts, kept by day, and summed."""
