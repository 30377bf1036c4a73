"""What a form is: the spec language, pure and without Flask."""
