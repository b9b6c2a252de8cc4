"""Who works when, and who gets a ticket."""
