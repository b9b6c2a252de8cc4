"""Staff groups: a topic per ticket with its card, buttons and messages, and an overview topic."""
