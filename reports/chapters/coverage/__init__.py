"""The chapter on who was reached."""
