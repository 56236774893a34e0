"""The chapter on the city's plans."""
