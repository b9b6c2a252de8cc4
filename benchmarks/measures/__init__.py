"""Random histories on real databases, and every figure of them beside an oracle written from the page alone."""
