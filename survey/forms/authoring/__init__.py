"""From an author's sheet to a questionnaire, with every fault and its remedy."""
