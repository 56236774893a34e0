"""The chapter on the vulnerability of assets."""
