"""Filling a form in: from posted values to a submission."""
