"""Tickets: lifecycle, operations, store, clocks, audit trail."""
