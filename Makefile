# Everything sets itself up: `make test` in a fresh clone needs git, make, python3-venv and a package index.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
JOBS   ?= 3

# Told to keep no bytecode, every process that a test starts would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint types imports pytest prove bench matrix docs clean

help:  ## these lines
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST)

demo: $(READY)  ## move an example site to a bucket and back; SERVE=1 leaves it running
	$(BIN)/python -m example.demo

test: lint types imports pytest  ## everything that must hold before a change is merged

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

pytest: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

prove: $(READY)  ## the long proofs: kills, faults and sizes by the hundred
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m prove

bench: $(READY)  ## medialift beside s5cmd, rclone, awscli and django-storages; QUICK=1 takes five minutes
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

# pyenv keeps its Pythons off PATH: tox shall see them.
PYENV_ROOT ?= $(HOME)/.pyenv
space := $(subst ,, )
matrix: export PATH := $(subst $(space),:,$(PATH) $(wildcard $(PYENV_ROOT)/versions/3.1[0-9]*/bin))
matrix: $(READY)  ## the built wheel on every Python and Django that this machine has
	$(BIN)/tox run

docs: $(READY)  ## the pages, into build/docs
	$(BIN)/sphinx-build --nitpicky --fail-on-warning docs build/docs

clean:  ## forget everything that was built or installed
	rm -rf $(VENV) .tox build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Installed again whenever pyproject.toml changes. pip below 25.1 knows no --group.
$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "medialift needs Python 3.10 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	touch $@
