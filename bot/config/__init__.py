"""Settings from flags and environment, and secrets kept in the data folder."""
