"""Uploaded and local tables: CSV and XLSX read by one rule, and handed to the domains as values."""
