"""The agents' console: sign-in, board, ticket page, inbox, knowledge gaps, roster, calendar, incidents, policy."""
