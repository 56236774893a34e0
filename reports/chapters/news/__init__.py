"""The chapter on what is new."""
