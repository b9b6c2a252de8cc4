"""Holidays and make-up days: years, files, editions."""
