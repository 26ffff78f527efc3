# Everything one does with Kesher. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Tests and services are many short processes: each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

# Distributions build their Python with profile-guided optimisation, version managers mostly do not: a quarter slower.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo /usr/bin/python3 || echo python3)
# More than there are processors: some always wait for a broker that comes and goes.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
MATCHING_VENV := .venv-matching
UV := $(BIN)/uv
CONSOLE := services/console

# The console's build, and the files it depends on.
CONSOLE_BUILT := $(if $(wildcard $(CONSOLE)/package.json),$(CONSOLE)/dist/built.stamp)
CONSOLE_SOURCES := $(shell find $(CONSOLE) -maxdepth 1 -type f 2>/dev/null) \
                   $(shell find $(CONSOLE)/src $(CONSOLE)/public -type f 2>/dev/null)

# Our Python sources; compiled once, so that no process does it at its start.
PYTHON_SOURCES := $(shell find schemas services -name '*.py' -not -path '*/node_modules/*')

# Client libraries of others that the tests run unmodified.
CLIENTS := tests/ingest/node/node_modules/installed.stamp

.PHONY: help
help: ## Show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; do \
	  printf '  make %-14s %s\n' "$$name" "$$what"; done

.PHONY: run
run: $(VENV)/compiled.stamp $(CONSOLE_BUILT) ## Run everything on this machine (PORT=8080, DEMO=0, KESHER_DATA_DIR=.kesher)
	@exec $(BIN)/kesher run

.PHONY: test
test: ## Check and test everything
	@$(MAKE) --no-print-directory --output-sync=target -j2 lint test-console
	@$(MAKE) --no-print-directory test-python

.PHONY: lint
lint: $(VENV)/dev.stamp ## Check style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/dev.stamp ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: test-python
test-python: $(VENV)/dev.stamp $(CONSOLE_BUILT) $(CLIENTS) ## Test the services
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore tests/e2e --ignore tests/crash
	$(BIN)/pytest tests/e2e  # whole installations: one at a time, or they starve one another
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests/crash  # who is killed is waited for, mostly

.PHONY: test-long
test-long: $(VENV)/dev.stamp ## Ten times as many histories, workers killed under 100,000 interactions, a million links on one telephone; too long for every day
	$(BIN)/pytest -n $(WORKERS) --hypothesis-profile=long tests/profile tests/journey
	KESHER_CRASH_INTERACTIONS=100000 $(BIN)/pytest -m crash
	KESHER_CROWD_LINKS=1000000 $(BIN)/pytest --timeout 7200 tests/profile/test_links_on_one.py tests/profile/test_worst_crowds.py

.PHONY: test-console
test-console: $(CONSOLE_BUILT) ## Test the console
	$(if $(CONSOLE_BUILT),cd $(CONSOLE) && npm run --silent check && npm run --silent test)

.PHONY: bench
bench: $(VENV)/dev.stamp ## Measure speed on this machine (BENCH="profile lookup --scale 0.1"; all of it without)
	$(BIN)/python -m tests.bench $(BENCH)

.PHONY: bench-matching
bench-matching: $(MATCHING_VENV)/matching.stamp ## Measure possible duplicates against truth, beside Splink (BENCH="febrl1 households")
	$(MATCHING_VENV)/bin/python -m tests.bench_matching $(BENCH)

.PHONY: kafka
kafka: $(VENV)/runtime.stamp ## Run one real Apache Kafka on port 9092, for `make run` to use (needs Java and Maven)
	@exec $(BIN)/python -m deploy.kafka.local_kafka

.PHONY: install
install: $(VENV)/dev.stamp $(CONSOLE_BUILT) $(CLIENTS) ## Install what development needs

.PHONY: system
system: ## Install the Debian packages that the tests need (as root)
	deploy/ci/install-system

.PHONY: lock
lock: $(UV) ## Choose the newest versions that pyproject.toml allows
	$(UV) pip compile pyproject.toml $(LOCKED) --upgrade -o requirements.lock
	$(UV) pip compile pyproject.toml --group dev -c requirements.lock $(LOCKED) --upgrade -o requirements-dev.lock
	$(UV) pip compile pyproject.toml --group matching -c requirements.lock $(LOCKED) --upgrade -o requirements-matching.lock

.PHONY: clean
clean: ## Remove what was built; keeps the data folder
	rm -rf $(VENV) $(MATCHING_VENV) $(CONSOLE)/dist $(CONSOLE)/node_modules deploy/kafka/target *.egg-info

LOCKED := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

$(UV): deploy/ci/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kesher needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/compiled.stamp: $(VENV)/runtime.stamp $(PYTHON_SOURCES)
	$(BIN)/python -m compileall -q -x node_modules schemas services
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

$(MATCHING_VENV)/matching.stamp: requirements-matching.lock | $(UV)
	$(UV) venv --quiet --clear --python $(BIN)/python $(MATCHING_VENV)
	$(UV) pip install --quiet --python $(MATCHING_VENV)/bin/python --require-hashes -r $<
	@touch $@

$(CONSOLE)/node_modules/installed.stamp: $(CONSOLE)/package.json $(CONSOLE)/package-lock.json
	cd $(CONSOLE) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CLIENTS): tests/ingest/node/package.json tests/ingest/node/package-lock.json
	cd tests/ingest/node && npm install --no-save --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(CONSOLE)/dist/built.stamp: $(CONSOLE)/node_modules/installed.stamp $(CONSOLE_SOURCES)
	cd $(CONSOLE) && npm run --silent build
	@touch $@
