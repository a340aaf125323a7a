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
INSTALLING := Installing with the native engine, which takes some minutes to compile.
else
ENGINES := python
INSTALLED := $(VENV)/installed-pure
INSTALLING := There is no cargo that runs: installing with the engine in pure Python.
endif

SOURCES := pyproject.toml Cargo.toml $(wildcard Cargo.lock) $(wildcard build_support/*.py) \
	$(shell find rust -name '*.rs' -o -name 'Cargo.toml' 2>/dev/null)

.PHONY: help run corpora dbt vendors goldens api map test test-rust test-python test-wheel test-server msrv \
	lint lint-workflows format docs coverage coverage-tools deny deny-tools audit bench bench-check \
	fuzz fuzz-tools dist dist-pure dist-contents dist-check release-version clean

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

vendors: .cache/vendors/made ## Install the libraries of the warehouses that no test reaches.

.cache/vendors/made: pyproject.toml
	rm -rf .cache/vendors
	$(PYTHON) -m venv .cache/vendors
	.cache/vendors/bin/pip install --quiet --upgrade 'pip>=25.1'
	.cache/vendors/bin/pip install --quiet --group vendors
	@touch $@

test: test-rust test-python ## Run all tests, on both engines where there is a Rust toolchain.

goldens: $(VENV)/tested ## Write the golden files of artifacts anew, after a change that is meant.
	PYTHONPATH=tests $(BIN)/python -m artifacts.goldens
	PYTHONPATH=tests $(BIN)/python -m diff.write_golden

api: $(VENV)/tested ## Write the snapshot of the public Python API anew, after a change that is meant.
	PYTHONPATH=tests $(BIN)/python -m public_api.describing

map: ## Write the map of modules, docs/modules.md, anew.
	$(PYTHON) build_support/module_map.py

test-rust:
ifdef CARGO
	cargo test --workspace --locked
	RAYON_NUM_THREADS=1 cargo test --workspace --locked --quiet
else
	@echo "There is no cargo that runs: the Rust tests and the native engine are left out."
endif

# Without a dbt or the vendors' libraries, the tests with these fail and say so; all others run.
test-python: $(VENV)/tested
	-$(MAKE) --jobs=3 --keep-going dbt vendors
	CONFITURE_TEST_ENGINES=$(ENGINES) $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# The oldest Rust that is said to do.
MSRV := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

msrv: ## Check that the oldest Rust that is said to do does.
	rustup toolchain install $(MSRV) --profile minimal
	cargo +$(MSRV) check --workspace --all-targets --locked

# dist/ has the wheels: ENGINE is rust or python.
test-wheel: ## Run the tests against the wheel of dist/ that has ENGINE.
	$(PYTHON) build_support/wheel_tests.py $(ENGINE) dist

# A server may be lost: SERVER is its address, of a user who may make databases and roles. The larger example
# needs PostgreSQL 15.
PROJECT ?= examples/library

test-server: $(INSTALLED) ## Load PROJECT into SERVER, a PostgreSQL of any version, and compare it there.
	$(BIN)/pip install --quiet --editable '.[postgres]'
	cd $(PROJECT) && $(abspath $(BIN))/confiture verify --create-roles --server "$(SERVER)"
	cd $(PROJECT) && $(abspath $(BIN))/confiture diff --exact --create-roles --server "$(SERVER)" \
		--from env:local --to git:HEAD:local

# A machine that has nothing else to do takes half an hour; ARGUMENTS go to pytest.
coverage: $(VENV)/covered ## Measure which lines the tests run, on both engines; too few are an error.
	$(BIN)/python build_support/coverage_report.py $(ARGUMENTS)

coverage-tools: ## Install what reads the lines that Rust has counted.
	rustup component add llvm-tools

docs: $(VENV)/documented ## Build the site of the documents into .cache/site; a broken link is an error.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

deny: ## Check advisories, licences and origins of crates; needs cargo-deny.
	cargo deny --locked check

deny-tools: ## Install cargo-deny.
	cargo install --locked cargo-deny

audit: $(VENV)/audited ## Look for advisories about the packages that Confiture and its extras depend on.
	$(VENV)/audited/bin/pip-audit --local --skip-editable

FUZZ_SECONDS ?= 600

fuzz: ## Run the fuzz target TARGET for FUZZ_SECONDS; needs cargo-fuzz and a nightly Rust.
	cargo +nightly fuzz run $(TARGET) --fuzz-dir rust/fuzz --sanitizer none -- \
		-max_total_time=$(FUZZ_SECONDS) -dict=rust/fuzz/sql.dict

fuzz-tools: ## Install what fuzzing needs.
	rustup toolchain install nightly --profile minimal
	cargo install --locked cargo-fuzz

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

lint-workflows: $(VENV)/workflows-linted ## Check the workflows with actionlint and zizmor.
	$(BIN)/python build_support/workflow_lint.py $(LINT_OPTIONS)

format: $(VENV)/linted ## Format everything.
ifdef CARGO
	cargo fmt --all
endif
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/benched ## Measure everything side by side and write docs/benchmarks.md.
	$(BIN)/python benches/run.py

bench-check: ## Compare the ratios that bench wrote with the committed ones.
	$(PYTHON) benches/check.py

dist: ## Build the source distribution, and from it the platform wheel and the pure one.
	$(PYTHON) build_support/build_distributions.py dist

dist-pure: ## Build the source distribution and the pure wheel alone.
	CONFITURE_BUILD=pure $(PYTHON) build_support/build_distributions.py dist

dist-contents: ## Check what the distributions in dist/ hold, and how large they are.
	$(PYTHON) build_support/distribution_contents.py dist

dist-check: dist-contents ## Install each distribution of dist/ afresh; all have to give the same bytes.
	CARGO_TARGET_DIR=$(CURDIR)/target $(PYTHON) build_support/distribution_runs.py dist

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
	@echo "$(INSTALLING)"
	$(BIN)/pip install --quiet --editable .
	@rm -f $(VENV)/installed-*
	@touch $@

$(VENV)/tested: $(INSTALLED)
	$(BIN)/pip install --quiet --group test
	@touch $@

$(VENV)/linted: $(VENV)/tested
	$(BIN)/pip install --quiet --group lint
	@touch $@

$(VENV)/workflows-linted: $(VENV)/created
	$(BIN)/pip install --quiet --group workflows
	@touch $@

# An environment of its own, which holds what is installed by users and nothing else.
$(VENV)/audited: $(VENV)/created pyproject.toml
	$(PYTHON) -m venv $@
	CONFITURE_BUILD=pure $@/bin/pip install --quiet '.[arrow,dbt,postgres,trees,warehouse]'
	$@/bin/pip install --quiet --upgrade 'pip>=25.1'
	$@/bin/pip install --quiet --group audit
	@touch $@

$(VENV)/covered: $(VENV)/tested
	$(BIN)/pip install --quiet --group coverage
	@touch $@

$(VENV)/documented: $(INSTALLED)
	$(BIN)/pip install --quiet --group docs
	@touch $@

$(VENV)/benched: $(INSTALLED)
	$(BIN)/pip install --quiet --group bench
	@touch $@
