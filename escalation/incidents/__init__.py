"""Incidents: model and store."""
