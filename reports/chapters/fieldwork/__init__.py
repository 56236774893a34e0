"""The chapter on how the answers came about."""
