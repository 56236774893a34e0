"""The chapter on a workshop's results."""
