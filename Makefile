# Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PIN := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
EXTRAS := --extra build --extra lab --extra demo
SHOP ?= complete-journey
DIST ?= dist

.DEFAULT_GOAL := help
.PHONY: help report test test-browser test-faults check format bench fuzz lab demo requirements wheel clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/ready: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "seglib needs Python 3.11 or newer; say make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the environment (once) ..."
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@echo "Installing what the tests need (once) ..."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/ready-browser: .venv/ready-dev requirements-browser.txt
	@echo "Installing what the browser test needs (once) ..."
	@$(PIP) --require-hashes -r requirements-browser.txt
	@touch $@

report: .venv/ready  ## real orders in, HTML reports out (another shop: make report SHOP=orders.csv)
	@$(BIN)/seglib report $(SHOP)

test: .venv/ready-dev  ## set up what the tests need, and run them all
	@$(BIN)/python -m pytest -n 2 --dist loadscope

test-browser: .venv/ready-browser  ## every page in Chromium: widths, dark, print, keyboard, accessibility
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser

test-faults: .venv/ready-dev  ## reports killed at many moments, full disks, two runs at once (some parts need root)
	@$(BIN)/python -m pytest -m faults -rs tests/faults

check: .venv/ready-dev  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/ready-dev  ## put code into the house's format, strip notebooks
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --extra-keys "metadata.papermill cell.metadata.papermill metadata.language_info" notebooks/*.ipynb

bench: .venv/ready-dev  ## measure against what a user would pick instead
	$(BIN)/python benchmarks/doubts.py
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/honesty.py
	$(BIN)/python benchmarks/init.py
	$(BIN)/python benchmarks/personas_million.py
	$(BIN)/python benchmarks/read_csv.py
	$(BIN)/python benchmarks/rules_million.py
	$(BIN)/python benchmarks/report.py

fuzz: .venv/ready-dev  ## damaged files against the readers (100,000); formats, settings, rules, earlier runs (20,000 each)
	$(BIN)/python tests/intake/fuzz_readers.py --inputs 100000
	$(BIN)/python tests/fuzz_files.py --inputs 20000
	$(BIN)/python tests/report/fuzz_earlier_runs.py --inputs 20000

lab: .venv/ready  ## JupyterLab with the notebooks ready to run
	$(BIN)/jupyter lab --notebook-dir=.

demo: .venv/ready  ## make the demo shop in data/demo again
	$(BIN)/python data/make_demo.py

requirements: .venv/ready-dev  ## pin the environment again from pyproject.toml, with hashes
	$(PIN) $(EXTRAS) --upgrade pyproject.toml -o requirements.txt
	$(PIN) $(EXTRAS) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(PIN) $(EXTRAS) --extra dev --extra browser -c requirements-dev.txt pyproject.toml -o requirements-browser.txt

wheel: .venv/ready-dev  ## build the wheel into dist/, with the list of what it stands on (CycloneDX)
	$(BIN)/python -m hatchling build -t wheel -d $(DIST)
	$(PIN) -c requirements.txt pyproject.toml -o $(DIST)/requirements.txt
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o $(DIST)/seglib.cdx.json $(DIST)/requirements.txt

clean:  ## remove the environment, caches and runs
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find reports -mindepth 1 -not -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
