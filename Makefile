# Everything happens in .venv, which `make setup` makes. Python 3.11 to 3.13: make PYTHON=python3.12 …

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
DATA ?= ../shared

.PHONY: help setup run demo test lint types check format clean quality

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## the environment: pinned packages, checked by hash, and the sitrep command

run: setup ## Kafka, the services, the dispatches of seeds/, the view; stays up until Ctrl-C
	@$(BIN)/sitrep up --demo

demo: setup ## the same, and stops
	@$(BIN)/sitrep up --demo --exit

test: setup ## all tests, with a real Kafka
	$(BIN)/python -m pytest

lint: setup ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy, strict
	$(BIN)/mypy

check: lint types test ## lint, types and tests

quality: setup ## the scorers' figures on the development data (DATA=../shared), kept in docs/quality.md; takes minutes
	$(BIN)/python -m bench.quality_table --shared $(DATA)

format: setup ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and caches; SITREP_HOME stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

# An environment knows where it was made: one that was moved here, or left half made, is made anew.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "sitrep needs Python 3.11 to 3.13; this is " + sys.version.split()[0] + ": make PYTHON=python3.12 …")'
	@rm -f $@
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing the pinned packages into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m services.parser.gazetteer
	@echo "$(CURDIR)" > $@

.PHONY: compose-test
compose-test: setup ## the containers: built, started, an article through all of them; needs Docker, takes minutes
	$(BIN)/python -m pytest -m compose tests/compose

SEEDS ?= 10
.PHONY: faults
faults: setup ## seeded faults over running services, SEEDS=10 schedules on each store; about two minutes a seed
	SITREP_TEST_SEEDS=$(SEEDS) $(BIN)/python -m pytest -v -m faults tests/faults
