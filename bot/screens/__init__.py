"""What to show: pure functions from how things stand to text and buttons."""
