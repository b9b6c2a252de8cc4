"""The staff's group: one topic per ticket, its card, buttons and messages."""
