"""A report's figures computed anew from its data files, by a path of its own: ``suara verify``."""
