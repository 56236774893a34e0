"""Questionnaires: from an XLSForm to a running form. Pure: no clock, no network, no database."""
