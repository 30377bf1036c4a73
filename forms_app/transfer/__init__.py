"""Carrying: bundles from the site to the office, receipts and orders to erase the other way."""
