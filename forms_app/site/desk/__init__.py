"""The coordinators' desk behind sign-in."""
