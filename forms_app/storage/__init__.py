"""Keeping: the only rooms that import tinydb and sqlalchemy."""
