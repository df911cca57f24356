"""Findings of the rfm notebook: a tidy table in, one sentence out."""
