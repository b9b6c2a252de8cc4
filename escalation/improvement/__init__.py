"""Targets for the figures, what is improved to reach them, and risks."""
