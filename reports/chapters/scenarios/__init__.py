"""The chapter on scenarios of the future."""
