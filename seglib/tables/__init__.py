"""Nouns and sureness: canonical tables, measures, periods, small tables, and all statistics."""
