"""Figures of the rfm notebook: a tidy table in, Axes out."""
