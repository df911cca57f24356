"""A file or a database in, a canonical table out."""
