"""One pass through a questionnaire. Pure."""
