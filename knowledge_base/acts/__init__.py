"""Acts: what a customer does beside asking a question, such as calling for a person or reporting a danger."""
