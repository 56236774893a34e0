# What is needed to run, test and look after Suara. Needs Python 3.11+ and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRESH ?=
PORT ?=
PEOPLE ?= 100
SECONDS ?= 60
CHECK ?=

.PHONY: install install-dev demo test check bench lock clean

install: $(VENV)/run.stamp ## the virtual environment, from the lock file

install-dev: $(VENV)/dev.stamp

demo: install ## everything on this machine, no account needed; FRESH=1 starts anew, PORT=8123 moves it
	$(BIN)/suara demo $(if $(FRESH),--fresh) $(if $(PORT),--port $(PORT))

test: install-dev ## all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: install-dev ## lint, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-dev ## our bot beside two others; PEOPLE=1000 SECONDS=180; CHECK=1 is short, and fails if we fell back
	$(BIN)/python -m benchmarks.peers $(if $(CHECK),--check,--people $(PEOPLE) --seconds $(SECONDS))

lock: install-dev ## pin anew what pyproject.toml allows
	$(BIN)/python -m uv pip compile pyproject.toml --all-extras $(LOCK) -o requirements-dev.lock
	sed -n 's/^\([a-zA-Z0-9_.-]*==[^\\]*\).*/\1/p' requirements-dev.lock > $(VENV)/pins.txt
	$(BIN)/python -m uv pip compile pyproject.toml --extra build $(LOCK) -c $(VENV)/pins.txt -o requirements.lock

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

clean:
	rm -rf $(VENV) var

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Preparing the environment, about a minute, only this once …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
