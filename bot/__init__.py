"""Everything that runs: listens, asks the two domains, writes down what must be said, and says it."""
