"""What is asked, of whom, and what was answered. Knows neither Telegram nor pandas."""
