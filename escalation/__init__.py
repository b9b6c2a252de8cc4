"""Customers, tiers, queues, deadlines and tickets: who asks, who serves them, and by when."""
