"""One linear history of the database for all packages' tables."""

HEAD = "0004"
