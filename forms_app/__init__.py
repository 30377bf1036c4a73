"""Peksos Forms: declarative forms, sealed answers, one package carried to the office."""

__version__ = "0.1.0"
RELEASED = "2026-11-01"  # no clock is right that shows an earlier day
