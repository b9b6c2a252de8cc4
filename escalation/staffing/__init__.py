"""Roster and assignment: who works when, and who is assigned a ticket."""
