"""Findings of the exploration notebook: a tidy table in, one sentence out."""
