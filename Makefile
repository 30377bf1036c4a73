# `make run` serves the demo, `make test` passes the tests; each sets up what it needs.

SUITABLE = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUITABLE)' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
TEMPLATES := forms_app/site/templates forms_app/cli/templates
FAULTS := tests/faults $(shell grep -rl --include='test_*.py' PEKSOS_FAULTS tests --exclude-dir=faults)
SCRIPTS := static/vendor/manifest.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))

.PHONY: run test setup bench fuzz faults catalogues pictures programs

run: setup
	$(BIN)/peksos demo

# Two at a time: one waits for a browser while the other works. A file's tests stay together, for what they share.
test: setup programs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --check $(TEMPLATES)
	$(BIN)/djlint --lint $(TEMPLATES)
	$(BIN)/pytest -n 2 --dist loadfile

setup: .venv/.ok $(CATALOGUES) $(SCRIPTS)

bench: setup
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

# Fifty thousand random submissions to every type of question and form; `make test` sends a few hundred.
fuzz: setup
	PEKSOS_FUZZ=50000 $(BIN)/pytest tests/answers/test_random.py tests/answers/test_phone.py

# Kills, power cuts, failing disks, bad lines, forgeries: in full size, which takes hours, with a line of figures for each.
# `make test` tries a few of each. docs/security.md says what the lines mean, and how to name a size.
faults: setup programs
	PEKSOS_FAULTS=full $(BIN)/pytest -q $(FAULTS)

# Takes new messages of the code into the English catalogue, where they wait empty, and drops what nobody says any more.
# Then the texts of the forms, in every language: a changed one keeps its translation, marked fuzzy until it is seen to.
catalogues: setup
	@$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords N_ --add-location file --output-file .venv/messages.pot .
	@$(BIN)/pybabel --quiet update --domain messages --locale en --input-file .venv/messages.pot --output-dir translations \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/python -m forms_app.cli.catalogues

# Takes the pictures of the form authors' guide anew, of the running product.
pictures: setup
	PEKSOS_PICTURES=1 $(BIN)/pytest tests/browser/test_pictures.py

programs:
	@sh .ci/programs

.venv/.ok: pyproject.toml
	@test -n '$(PYTHON)' && $(PYTHON) -c '$(SUITABLE)' || { \
		echo "Peksos Forms needs Python 3.11 or newer, and found: $$($(or $(PYTHON),python3) --version 2>&1)"; \
		echo 'Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12'; exit 1; } >&2
	@echo 'Setting up .venv (one to two minutes) ...'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

%.mo: %.po | .venv/.ok
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(SCRIPTS): $(wildcard static/phone/*.*) static/expressions.js | .venv/.ok
	@sh static/phone/build.sh
