"""The screens of a workshop: briefing, voting, results, and what facilitators see."""
