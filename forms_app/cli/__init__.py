"""The commands `peksos` (site) and `peksos-office` (central office)."""
