"""What can be wrong with a questionnaire, one kind of fault a file; ``lint`` runs them all."""
