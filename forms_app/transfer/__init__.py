"""Carrying: bundles from the site to the office."""
