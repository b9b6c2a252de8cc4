"""The agents' console: sign-in, the board, the ticket and the lists behind it."""
