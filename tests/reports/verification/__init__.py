"""A report verified from its data files alone."""
