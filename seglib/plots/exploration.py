"""Figures of the exploration notebook: a tidy table in, Axes out."""
