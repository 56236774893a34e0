"""Our bot beside two others that ask the same, side by side at one Bot API server of our own."""
