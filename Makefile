# Everything here works from a fresh clone: Python 3.11 or later is needed, cargo is optional.
PYTHON ?= python3
# Nothing where there is no cargo, or only one of rustup without a toolchain.
CARGO := $(shell cargo --version 2>/dev/null)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

ifdef CARGO
ENGINES := rust,python
INSTALLED := $(VENV)/installed-native
else
ENGINES := python
INSTALLED := $(VENV)/installed-pure
endif

SOURCES := pyproject.toml Cargo.toml $(wildcard Cargo.lock) $(wildcard build_support/*.py) \
	$(shell find rust -name '*.rs' -o -name 'Cargo.toml' 2>/dev/null)

.PHONY: help run corpora dbt goldens test test-rust test-python lint format bench dist dist-contents dist-check \
	release-version clean

help: ## Show the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(INSTALLED) ## Build the example project.
	@$(BIN)/confiture build --project-dir examples/library --show-hash

corpora: $(VENV)/tested ## Fetch real SQL to test on; the tests on it are skipped without.
	$(BIN)/python tests/corpora/fetch.py

DBT_ENVIRONMENTS := .cache/dbt/1.8/made .cache/dbt/1.12/made

dbt: $(DBT_ENVIRONMENTS) ## Install the versions of dbt that the plugin is tested in.

.cache/dbt/%/made: build_support/dbt_environment.py
	$(PYTHON) $< $* .cache/dbt/$*

test: test-rust test-python ## Run all tests, on both engines where there is a Rust toolchain.

goldens: $(VENV)/tested ## Write the golden files of artifacts anew, after a change that is meant.
	PYTHONPATH=tests $(BIN)/python -m artifacts.goldens
	PYTHONPATH=tests $(BIN)/python -m diff.write_golden

test-rust:
ifdef CARGO
	cargo test --workspace --locked
	RAYON_NUM_THREADS=1 cargo test --workspace --locked --quiet
else
	@echo "There is no cargo that runs: the Rust tests and the native engine are left out."
endif

# Without a dbt, the tests of the plugin fail and say so; all others run.
test-python: $(VENV)/tested
	-$(MAKE) dbt
	CONFITURE_TEST_ENGINES=$(ENGINES) $(BIN)/python -m pytest --numprocesses auto

lint: $(VENV)/linted ## Check formats, lints and types.
ifdef CARGO
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
	$(BIN)/python -m mypy.stubtest confiture._core --ignore-disjoint-bases
endif
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: $(VENV)/linted ## Format everything.
ifdef CARGO
	cargo fmt --all
endif
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/benched ## Measure everything side by side and write docs/benchmarks.md.
	$(BIN)/python benches/run.py

dist: $(VENV)/distributing ## Build the source distribution, and from it the platform wheel and the pure one.
	rm -rf dist
	$(BIN)/python -m build --sdist --outdir dist >/dev/null
ifdef CARGO
	CONFITURE_BUILD=native CARGO_TARGET_DIR=$(CURDIR)/target \
		$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist dist/confiture-*.tar.gz
endif
	CONFITURE_BUILD=pure $(BIN)/pip wheel --quiet --no-deps --wheel-dir dist dist/confiture-*.tar.gz
	@ls -l dist

dist-contents: ## Check what the distributions in dist/ hold, and how large they are.
	$(PYTHON) build_support/distribution_contents.py dist/*

dist-check: dist-contents ## Install each distribution of dist/ afresh; all have to give the same bytes.
	CARGO_TARGET_DIR=$(CURDIR)/target $(PYTHON) build_support/distribution_runs.py dist/*

release-version: ## Check that TAG is the version of the sources.
	$(PYTHON) build_support/release_version.py "$(TAG)"

clean: ## Remove what was made.
	rm -rf $(VENV) dist target .cache
	rm -f python/confiture/_core.*.so

$(VENV)/created:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(INSTALLED): $(VENV)/created $(SOURCES)
	$(BIN)/pip install --quiet --editable .
	@rm -f $(VENV)/installed-*
	@touch $@

$(VENV)/tested: $(INSTALLED)
	$(BIN)/pip install --quiet --group test
	@touch $@

$(VENV)/linted: $(VENV)/tested
	$(BIN)/pip install --quiet --group lint
	@touch $@

$(VENV)/distributing: $(VENV)/created
	$(BIN)/pip install --quiet --group dist
	@touch $@

$(VENV)/benched: $(INSTALLED)
	$(BIN)/pip install --quiet --group bench
	@touch $@
