"""The chapter on discovery areas."""
