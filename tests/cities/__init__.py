"""Suara in another city, in another language."""
