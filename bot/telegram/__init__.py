"""The way to Telegram and back: calls and what became of them, updates, cards, files."""
