"""Customers: model, store, CRM import, personal data."""
