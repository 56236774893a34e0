"""Drawings: from numbers and ready-made texts to SVG. They compute nothing that is printed."""
