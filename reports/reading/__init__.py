"""From the store to what chapters count."""
