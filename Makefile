# What you can do here. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help venv requirements demo test check format messages translations soak bench screenshots browser caddy

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
TEMPLATES := accounts schools workshops booking config
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

test: .venv/ready browser check ## everything that must hold before a change goes in
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not soak"

check: .venv/ready translations ## linters and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet $(TEMPLATES)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m config.translations check

format: .venv/ready ## lay out code the house way
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

messages: .venv/ready ## bring the catalogues of texts up to date with the code
	$(BIN)/python -m config.translations extract

translations: .venv/base
	$(BIN)/python -m config.translations compile

soak: .venv/ready browser caddy translations ## the long tests: storms, all faults, all seeds
	$(BIN)/python -m pytest -m soak -n 0 -s --durations 0

bench: .venv/ready browser ## benchmarks beside their floors; writes var/bench/
	$(BIN)/python -m tests.benchmarks

screenshots: .venv/ready browser translations ## pictures of the key pages; writes var/screenshots/
	$(BIN)/python -m tests.screenshots

# The system's Chromium where we may install it, otherwise the one that Playwright brings.
browser: .venv/ready
	@if [ ! -x /usr/bin/chromium ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
		else $(BIN)/playwright install chromium; fi; fi

# The proxy that stands in front of an installation; the long tests speak through it.
caddy:
	@command -v caddy >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends caddy >/dev/null; }
