"""Work the clock starts: due deadlines, chores, recomputed deadlines."""
