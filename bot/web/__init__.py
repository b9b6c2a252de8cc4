"""The web server: the customers' chat, the agents' console, the API for other programs, webhooks, health checks."""
