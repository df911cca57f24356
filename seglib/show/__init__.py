"""A tidy table in; a sentence, a figure or an output out."""
