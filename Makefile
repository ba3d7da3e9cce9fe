# Works on a fresh Debian with git, make and Python 3.11 or newer; everything else is fetched into .venv.
# A stamp file in .venv says what is done, so a second run starts at once.

PYTHON ?= python3
LENDING_HOME ?= data
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SHOTS := $(CURDIR)/build/screenshots
MESSAGES := lending/web/translations

# What the installed package is made from, beside the Python files that it reads in place.
SOURCES := pyproject.toml hatch_build.py \
	$(shell find lending/web/frontend -name node_modules -prune -o -type f -print 2>/dev/null) \
	$(shell find lending/web/translations -name '*.po' 2>/dev/null)

# The corpora of real and hostile books, where they lie beside the project.
LENDING_CORPUS ?= $(wildcard ../shared/corpus)
ifneq ($(LENDING_CORPUS),)
export LENDING_CORPUS := $(abspath $(LENDING_CORPUS))
endif

.DEFAULT_GOAL := help
.PHONY: help run demo test check prove format messages screenshots diagram reading-table clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## Set up, and serve on http://127.0.0.1:8080 from ./data (or LENDING_HOME=...)
	LENDING_HOME='$(LENDING_HOME)' exec $(BIN)/lending serve

demo: $(VENV)/.installed ## Set up, fill a fresh ./demo with sample books, and serve it
	LENDING_HOME=demo exec $(BIN)/lending demo

test: $(VENV)/.installed-dev ## Set up, and run all tests (ARGS='-k upload' for some)
	@scripts/test-system-packages
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: $(VENV)/.installed-dev ## Lint, format, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

prove: $(VENV)/.installed-dev ## Show that one copy has one reader, whatever dies meanwhile (ARGS='--seconds 600')
	@scripts/test-system-packages
	$(BIN)/python -m tests.proving $(ARGS)

format: $(VENV)/.installed-dev ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.installed-dev ## Collect the texts of the web, and bring the catalogues of all languages up to date
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output \
		--project lending --copyright-holder 'the lending project' -o $(MESSAGES)/messages.pot .
	$(BIN)/pybabel -q update -i $(MESSAGES)/messages.pot -d $(MESSAGES) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

screenshots: $(VENV)/.installed-dev ## Walk through the library in a browser and leave pictures of every page
	@scripts/test-system-packages
	LENDING_SCREENSHOTS='$(SHOTS)' $(BIN)/python -m pytest tests/browser $(ARGS)
	@echo 'The screenshots are in $(SHOTS)'

diagram: $(VENV)/.installed ## Draw docs/copy-states.md from the table of what can happen to a copy
	$(BIN)/python scripts/draw_copy_states.py

reading-table: $(VENV)/.installed-dev ## Open every book of the corpus, and write docs/reading-table.md from what was seen
	@scripts/test-system-packages
	LENDING_READING_TABLE=1 $(BIN)/python -m pytest tests/browser/table $(ARGS)

clean: ## Remove all that was made here, save for ./data
	rm -rf $(VENV) build dist node_modules lending/web/frontend/node_modules lending/web/static/built \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find lending tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find lending -name '*.mo' -delete

$(VENV)/.made: scripts/make_venv.py
	$(PYTHON) scripts/make_venv.py $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made $(SOURCES)
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.made $(SOURCES)
	$(PIP) install --quiet --editable '.[dev]'
	@touch $(VENV)/.installed $@
