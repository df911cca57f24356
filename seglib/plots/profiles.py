"""Figures of the profiles notebook: a tidy table in, Axes out."""
