# Everything a person does with this project, as one word each. `make` alone lists them.
SHELL := /bin/sh
# The first that runs and is new enough; a version manager's shim may exist and not run.
FIT := -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p $(FIT) 2>/dev/null && echo $$p && break; done)
VENV := .venv
AUDIT := .venv-audit
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SETS ?= ../shared/matching
WORKERS ?= 2

.PHONY: help run check test proof lint demo bench bench-full pictures lock format audit check-python

help:
	@echo 'make run         install what is missing and serve on http://localhost:8080'
	@echo 'make demo        four customers through a compressed day and night, in the terminal'
	@echo 'make check       lint and the tests of rules that need no database, within a minute'
	@echo 'make test        all tests but the proofs (SQLite, and a real PostgreSQL)'
	@echo 'make proof       the proofs: what starts a process, a server or a browser, or explores states'
	@echo 'make lint        ruff, mypy, import-linter, errors named in docstrings'
	@echo 'make bench       the quick measurements, up to five minutes'
	@echo 'make bench-full  all measurements'
	@echo 'make lock        choose versions anew from pyproject.toml'
	@echo 'make audit       what is known against the dependencies, and a bill of materials'

run: $(VENV)/.installed
	@exec $(BIN)/python -m bot run

demo: $(VENV)/.installed
	@$(BIN)/python -m bot demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m 'not proof'

# Browser tests are skipped where no Chromium is found. PROOFS=all dies at every commit, not at every other one.
proof: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m proof

# Only the folders whose tests are rules: the others take long to collect.
check: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m rules tests/escalation tests/knowledge_base

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m benchmarks.structure.docstrings

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks --quick

# The pictures of the READMEs, drawn anew from invented customers.
pictures: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.pictures

bench-full: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks --sets $(SETS)

check-python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer with its venv module is missing.'; \
	  echo '  Debian 12: sudo apt install python3 python3-venv'; echo '  macOS:     brew install python@3.12'; exit 1; }
	@$(PYTHON) $(FIT) 2>/dev/null || { echo '$(PYTHON) is older than 3.11 or lacks its venv module.'; \
	  echo '  Debian 12: sudo apt install python3 python3-venv'; echo '  macOS:     brew install python@3.12, then make run PYTHON=python3.12'; exit 1; }

# Removed and built anew when half-made: an interrupted install leaves no stamp.
$(VENV)/bin/python: | check-python
	@echo 'Making $(VENV) …'
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Installing what requirements.lock names …'
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Installing what requirements-dev.lock names …'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade --extra semantic --group install
# In an environment of their own: what audits the dependencies is none of them.
$(AUDIT)/.installed: requirements-audit.lock | check-python
	@$(PYTHON) -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-audit.lock
	@touch $@

audit:
	@$(MAKE) --no-print-directory $(AUDIT)/.installed || echo 'audit: its tools could not be installed; is this machine offline?'
	@PYTHON=$(AUDIT)/bin/python .ci/audit

lock: $(VENV)/.installed-dev
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra exported --group dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade --group audit -o requirements-audit.lock
