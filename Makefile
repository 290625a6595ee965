# What you can do here. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help venv demo test check format messages soak bench requirements clean

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
PIN := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

help: ## show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.venv/bin/uv: requirements/uv.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

.venv/base: .venv/bin/uv requirements/base.txt
	$(UV) -r requirements/base.txt
	@touch $@

.venv/ready: .venv/bin/uv requirements/dev.txt
	$(UV) -r requirements/dev.txt
	@touch $@ .venv/base

venv: .venv/ready ## create .venv with everything a developer needs

requirements: .venv/bin/uv ## pin the newest versions that pyproject.toml allows
	$(PIN) --upgrade pyproject.toml -o requirements/base.txt
	$(PIN) --upgrade -c requirements/base.txt pyproject.toml --group dev -o requirements/dev.txt

demo: .venv/base ## start everything with demo data; PORT=8000 DATA_DIR=var, Ctrl-C stops it
	$(BIN)/python -m config.demo
