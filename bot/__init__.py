"""Telegram, and everything that runs."""
