"""A compiled questionnaire: questions, choices, groups, texts."""
