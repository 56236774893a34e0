"""What counts as an answer, and how people write it."""
