"""Makes the facts of the figures: follows histories and transcripts, counts at the end of days, puts days away."""
