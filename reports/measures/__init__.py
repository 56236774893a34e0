"""Figures that several chapters share."""
