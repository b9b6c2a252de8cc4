"""The desk in a real browser: what an event costs, how soon rows are there, what redraws lose, how long work takes."""
