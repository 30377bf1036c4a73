"""Printed sheets: letters, QR codes and pages. Knows neither site nor office; both print with it."""
