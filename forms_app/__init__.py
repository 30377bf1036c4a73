"""Peksos Forms: declarative forms, sealed answers, one package carried to the office."""

__version__ = "0.1.0"
