"""The dialogue with a customer: from an incoming message to replies, tickets and gaps."""
