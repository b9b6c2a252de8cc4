"""Who somebody is: passwords, sessions, keys and codes."""
