"""What people write in their own words: terms and themes."""
