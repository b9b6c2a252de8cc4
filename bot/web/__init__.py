"""The web doors: the customers' chat, the agents' console, the API for other programs."""
