"""The way to Telegram and back: calls, updates, cards, files."""
