"""The chapter on shocks and stresses."""
