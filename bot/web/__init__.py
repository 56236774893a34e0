"""The projector of a workshop, and the page to vote on without Telegram: HTML over HTTP."""
