"""The central office: import, open, rows. Never imported by the site."""
