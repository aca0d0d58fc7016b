# make run    the demo hall on http://127.0.0.1:8000 (PORT=… moves it)
# make test   all checks and tests
# make lock   renew the locked dependencies after a change of pyproject.toml

PORT ?= 8000
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
# Tests that mostly wait for a wire, four at a time; those with a browser or a crowd, alone; two of all others at a time.
WAITING := tests/drivers tests/technician
ALONE := tests/counter tests/desk tests/display tests/kiosk tests/phone tests/load tests/journeys tests/bench
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV_LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --quiet --custom-compile-command "make lock"

.PHONY: run setup test check pytest bench lock clean

run: setup
	@exec $(BIN)/python -m tinghao demo --port $(PORT)

setup: .venv/ready node_modules/ready

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tinghao needs Python 3.11 or newer. Install it and try again." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the Python packages …"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

node_modules/ready: package.json package-lock.json | .venv/ready
	@echo "Fetching what the pages need …"
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund --silent; \
	else $(PIP) --require-hashes -r requirements-node.lock && PATH="$$PWD/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent; fi
	@touch $@

.venv/ready-dev: requirements-dev.lock .venv/ready
	@echo "Installing what the tests need …"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

test: check pytest

check: setup .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: setup .venv/ready-dev
	@tools/ensure-chromium
	@tools/ensure-postgres
	@tools/ensure-redis
	$(BIN)/python -m pytest -n 4 $(WAITING)
	$(BIN)/python -m pytest -n 2 $(WAITING:%=--ignore=%) $(ALONE:%=--ignore=%)
	$(BIN)/python -m pytest $(ALONE)

bench: setup .venv/ready-dev
	$(BIN)/python -m bench

lock: .venv/ready
	@$(PIP) uv==0.13.9
	$(UV_LOCK) pyproject.toml -o requirements.lock
	$(UV_LOCK) pyproject.toml --group dev -o requirements-dev.lock
	$(UV_LOCK) requirements-node.in -o requirements-node.lock
	npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts

clean:
	rm -rf .venv node_modules var
