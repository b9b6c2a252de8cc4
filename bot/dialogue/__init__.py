"""One turn of a conversation: from the incoming message to what is said, kept and handed over."""
