"""A page a segment: who they are, what they buy, what to do, how sure, and the list of its customers."""
