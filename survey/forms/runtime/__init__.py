"""A form that is being filled in: values, relevance, calculations, repeats."""
