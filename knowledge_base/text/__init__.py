"""Chinese text: normal form, scripts, clauses, correction."""
