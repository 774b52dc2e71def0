# make verify: judge every claim.  make test: the tests.  Both install into .venv first, once.
PYTHON ?= python3
CONSTRAINTS ?= constraints.txt
MUTANTS ?=
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: verify test long slow lint coverage mutants near page figures docs benchmark dist clean

verify: $(INSTALLED)
	$(BIN)/vae-verify run

test: $(INSTALLED)
	$(BIN)/python -m compileall -q -x properties/engine vae_verify verify reference properties  # once, for all commands
	$(BIN)/python -m pytest -n auto --random-order-bucket=global

long: $(INSTALLED)  # those that test leaves out, and .ci/run runs after it
	$(BIN)/python -m pytest -n auto --random-order-bucket=global --long -m long

slow: $(INSTALLED)
	$(BIN)/python -m pytest -n auto --random-order-bucket=global --slow

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

coverage: $(INSTALLED)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n auto
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: $(INSTALLED)  # docs/explanation/mutants.md
	$(BIN)/python -m properties.engine.helpers.mutants $(MUTANTS)

near: $(INSTALLED)  # near misses of claims that have none, or whose lines are wrong by now
	$(BIN)/python -m properties.engine.helpers.near

page: $(INSTALLED)
	$(BIN)/vae-verify claims --markdown docs/reference/claims
	$(BIN)/python -m properties.engine.helpers.errata
	$(BIN)/python -m properties.engine.helpers.coq

figures: $(INSTALLED)  # by the commands that stand beside them
	sed -n '/^\$$ vae-verify picture/,/[^\\]$$/s/^[$$>] //p' docs/pictures.md | PATH="$(BIN):$$PATH" sh -e

docs: $(INSTALLED)
	$(BIN)/python -m sphinx -qnW --keep-going docs build/docs
	@echo build/docs/index.html

benchmark: $(INSTALLED)  # on a machine that does nothing else: what it prints is kept in benchmarks/measured/
	$(BIN)/python benchmarks/record.py judged_rate
	$(BIN)/python benchmarks/record.py complexes
	$(BIN)/python benchmarks/record.py cost --limit 1 --draw benchmarks/measured/cost.svg
	$(BIN)/python benchmarks/record.py hunt --limit 2
	$(BIN)/python benchmarks/record.py flows --instances 200
	$(BIN)/python benchmarks/record.py training --turns 5

dist: $(INSTALLED)
	$(BIN)/python -m build --outdir dist

clean:
	rm -rf .venv

$(INSTALLED): pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable '.[dev]'
	touch $@
