"""Findings of the personas notebook: a tidy table in, one sentence out."""
