"""Making it secret: the only rooms that import cryptography."""
