# CRM Labs. A newcomer needs two: `make lab` and `make test`.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
LAB_ARGS ?=
# One more than there are cores: a third of a test's time is waiting, for a kernel or for a limit.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(os.cpu_count() or 1, 5) + 1)")

.PHONY: help lab test notebooks grade translations coverage data environment clean

help:
	@echo "make lab        set up, make your working copy in work/, open the course in JupyterLab"
	@echo "make test       set up, run every test"
	@echo "make notebooks  rebuild all notebooks from lessons/ and assignments/"
	@echo "make grade      grade the sample submissions of the Petlove case"
	@echo "make clean      remove what the other commands made (never work/)"

environment:
	@$(PYTHON) bootstrap.py

lab: environment
	@$(BIN)/labkit lab $(LAB_ARGS)

test: environment
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/labkit coverage
	@$(BIN)/python -m pytest --nbval -n $(WORKERS) --dist loadscope --no-loadscope-reorder -q tests notebooks

notebooks: environment
	@$(BIN)/labkit notebooks

grade: environment
	@$(BIN)/labkit grade petlove assignments/petlove/teacher/samples --timeout 15

translations: environment
	@$(BIN)/labkit translations

coverage: environment
	@$(BIN)/labkit coverage

data: environment
	@$(BIN)/labkit data check

clean:
	rm -rf .venv grades dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -not -path './work/*' -prune -exec rm -rf {} +
