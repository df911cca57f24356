"""Figures of the personas notebook: a tidy table in, Axes out."""
