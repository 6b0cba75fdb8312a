# Each target brings its own environment: .venv from the lock file, the rest from Debian.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: help install system postgresql chromium demo lab check test nightly release verify bench attacks lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo     grade a simulated class and show where the feedback is"
	@echo "make lab      JupyterLab as instructor and as student, to try both; FRESH=1 begins anew"
	@echo "make check    lint, types, contracts and unit tests: two minutes"
	@echo "make test     make check and every other test"
	@echo "make nightly  all of that and what takes hours: random damage, crowds, an overloaded machine"
	@echo "make release  build the student release and pass it through the gate"
	@echo "make verify   grade the bank of right, wrong and hostile submissions"
	@echo "make bench    measure this kit beside stock nbgrader and Otter-Grader (half an hour)"
	@echo "make attacks  try hostile submissions on this kit, stock nbgrader and Otter-Grader"

install: $(INSTALLED) system

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11 to 3.13 is needed; name one with PYTHON=..."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv is missing; as root: apt-get install python3-venv"; exit 2; }
	@echo "Installing the locked packages into $(VENV); this takes a few minutes once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# $(call debian,test,package): a Debian package, installed when root and not there yet.
define debian
	@if ! { $(1); } >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2); \
	  else \
	    echo "$(2) is missing; as root: apt-get install $(2)"; exit 2; \
	  fi; \
	fi
endef

system:
	$(call debian,command -v bwrap,bubblewrap)

# The tests start a server of their own; nothing else needs one.
postgresql:
	$(call debian,ls /usr/lib/postgresql/*/bin/initdb || command -v initdb,postgresql)

# The tests drive a real browser; nothing else needs one.
chromium:
	$(call debian,command -v chromium || command -v chromium-browser || command -v google-chrome,chromium)

demo: install
	@$(BIN)/autograder demo

lab: install
	@$(BIN)/autograder lab $(if $(FRESH),--fresh)

# What needs neither a sandbox nor nbgrader: minutes, for every change.
check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/unit

test: install postgresql chromium check
	@$(BIN)/python -m pytest --ignore tests/unit --durations 20

# Also what `make test` leaves out, and more and other cases; a failure prints how to repeat it.
nightly: install postgresql chromium check
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest --ignore tests/unit --durations 20 -m ""

release: install
	@$(BIN)/autograder release

verify: install
	@$(BIN)/autograder verify

# BENCH=--quick only tries whether it runs; see python -m tests.bench --help.
bench: install
	@$(BIN)/python -m tests.bench $(BENCH)

# ATTACKS="--only classmate" tries some of them and writes nothing; see python -m tests.attacks --help.
attacks: install
	@$(BIN)/python -m tests.attacks $(ATTACKS)

# Made without addresses, so that any index serves it.
lock:
	@uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) .bench demo lab
	@# The course's secret seed is in there, and data that may have been labelled by hand.
	if [ -d .autograder ]; then find .autograder -mindepth 1 -maxdepth 1 ! -name data -exec rm -rf {} +; fi
