"""Findings of the profiles notebook: a tidy table in, one sentence out."""
