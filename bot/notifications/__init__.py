"""Notifications to staff: inbox notices, pages in the staff chat, digests, the calendar alarm."""
