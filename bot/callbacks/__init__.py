"""What the buttons mean: callback data, written and read."""
