"""Work on tickets outside a conversation: assignment, incidents, recurrence, tier changes."""
