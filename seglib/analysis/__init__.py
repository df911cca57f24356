"""A column of names and tables in, small tidy tables out."""
