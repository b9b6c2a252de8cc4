"""The journal: who did what, with before and after, in hash chains keyed by a secret apart from the database."""
