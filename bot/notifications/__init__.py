"""Who is notified of an event and how: inbox, pages, digests, alarms."""
