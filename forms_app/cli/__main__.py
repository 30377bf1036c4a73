"""`python -m forms_app.cli` is `peksos`."""

from forms_app.cli.site import main

main()
