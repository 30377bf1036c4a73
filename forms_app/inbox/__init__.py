"""The inbox: a keyless place between sites and the office, which verifies and keeps what it cannot open."""
