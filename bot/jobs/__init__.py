"""Periodic work: the sweep of due deadlines, waiting conversations, chores, recomputing deadlines."""
