"""Authentication and access: passwords, sessions, API keys, customer tokens, one-time codes, who may see a ticket."""
