"""The chapter on residents' perception of the drivers."""
