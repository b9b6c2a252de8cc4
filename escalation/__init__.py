"""Who is writing, which queue serves them, by when, and whether it is late yet."""
