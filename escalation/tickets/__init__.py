"""Tickets: lifecycle, writes, stores, clocks, history and its audit."""
