"""The chapter on the condition of assets."""
