# One entry point per task. `make help` lists them.
VALUES ?= values.yaml
# the tests' own installation; another PREFIX and NUMBER put one beside it
PREFIX ?= test
NUMBER ?= 1
TEST_VALUES := build/values-$(PREFIX).yaml
TEST := /opt/datalab-$(PREFIX)/venv/bin
export PREFIX NUMBER
MAKEFLAGS += --no-print-directory

help:  ## what each task does
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

run:  ## from a bare machine to a running datalab with demo data
	@hub/launch/run.sh up $(VALUES)

demo: run  ## a guided tour in the terminal, with real output
	@sudo=$$([ $$(id -u) = 0 ] || echo sudo); $$sudo /opt/datalab/venv/bin/python -I -m onboarding.demo.tour --values /opt/datalab/values.yaml

$(TEST_VALUES): values.yaml tests/values.sh
	@mkdir -p build && tests/values.sh $(PREFIX) $(NUMBER) >$@

install-test: $(TEST_VALUES)
	@hub/launch/run.sh install $(TEST_VALUES) test

check: install-test  ## formatting, lint, types, law, architecture
	@$(TEST)/ruff format --check . && $(TEST)/ruff check . && $(TEST)/mypy
	@$(TEST)/python -m onboarding.cli check --law policies/law
	@$(TEST)/python -m pytest -q tests/architecture tests/policies/test_law.py

test: install-test  ## the suite, on real parts, under a prefix of its own
	@$(TEST)/python -m onboarding.cli check --law policies/law
	@$(TEST)/python -m pytest -q tests

test-long: install-test  ## what takes minutes: each protection taken away in turn, floods in full
	@$(TEST)/python -m pytest -q -m long tests

docs: install-test  ## the pages made from law, models, table and tests: law, schemas, isolation, faults, operations
	@$(TEST)/python -m onboarding.cli law reference --law policies/law --write docs/law
	@$(TEST)/python -m onboarding.cli law schemas --write docs/schemas
	@$(TEST)/python -m tests.isolation.page
	@$(TEST)/python -m tests.faults.page
	@$(TEST)/python -m onboarding.cli.operations_page

bench: install-test  ## the numbers, side by side with their peers
	@$(TEST)/python -m tests.benchmarks

clean: $(TEST_VALUES)  ## remove all that run and test made: processes, containers, images, accounts, folders
	@hub/launch/clean.sh $(VALUES) $(TEST_VALUES)

.PHONY: help run demo install-test check test test-long docs bench clean
