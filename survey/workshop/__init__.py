"""Workshops: ballots, rounds, votes, agreement, confirming a baseline. Pure."""
