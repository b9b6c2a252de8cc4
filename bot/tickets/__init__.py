"""What happens to tickets beyond one message: assignment, incidents, recurrence, tier changes."""
