# Every target makes the environment first; once made, it is not looked at again until
# requirements.lock or pyproject.toml changes. PYTHON=/path/to/python chooses the interpreter.

SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.stamp
LOCK_TOOL := .venv-lock/bin/uv
PYTHON ?=
# Lectures are run as copies under build/ that hold the outputs which nbval compares: what a learner
# opens holds none.
LECTURES = $(patsubst %,build/nbval/%,$(notdir $(wildcard notebooks/*.ipynb)))
NOTEBOOKS = $(LECTURES) $(wildcard solutions/*/*.ipynb)
CHECKS := lint types unit notebooks

# pytest on all cores, a module to a core at a time, in the order of tests/conftest.py.
PYTEST := $(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder
QUICK := not (slow or browser or attack or fault or graded or grader)

# The benchmarks have an environment of their own; TORCH=no leaves PyTorch out of it, which is large.
TORCH ?= yes
BENCH := .venv-bench/bin
BENCH_STAMP := .venv-bench/.stamp-torch-$(TORCH)

# So does Otter-Grader, which they measure.
OTTER_STAMP := .venv-otter/.stamp

# So do the tools that mutate.
MUTANTS := .venv-mutants/bin
MUTANTS_STAMP := .venv-mutants/.stamp

# Jupyter refuses to serve as root unless told that this is meant.
LAB_ARGS ?= $(if $(filter 0,$(shell id -u)),--allow-root)

# Our matrices are small: with a thread for each core, BLAS spends its time waking them, and a fit of
# softmax regression took 12 to 27 times the processor time of one thread, for no gain.
lab notebooks quick site unit: export OPENBLAS_NUM_THREADS := 1
lab notebooks quick site unit: export OMP_NUM_THREADS := 1
lab notebooks quick site unit: export MKL_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help env demo lab test quick $(CHECKS) bench mutants site lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(STAMP) ## Make the environment, .venv, and nothing else

demo: $(STAMP) ## Grade the sample class and show the marks
	@$(BIN)/python examples/demo.py

# Settings for the course (no news, no instructor panels) apply to this start alone; the first one
# opens the map of the course beside its table of contents, later ones what was open before.
lab: export JUPYTERLAB_WORKSPACES_DIR := build/workspaces
lab: $(STAMP) build/workspaces ## Open the lectures in JupyterLab
	@$(BIN)/jupyter lab --LabApp.app_settings_dir=.jupyter/settings \
		--LabApp.default_url=/lab/workspaces/course $(LAB_ARGS)

build/workspaces: $(STAMP)
	@JUPYTERLAB_WORKSPACES_DIR=$@ $(BIN)/jupyter lab workspaces import .jupyter/course.jupyterlab-workspace

test: $(STAMP) ## Run every check: lint, types, unit, notebooks
	@passed=0; failed=; \
	for check in $(CHECKS); do \
		if $(MAKE) --no-print-directory $$check; then passed=$$((passed + 1)); \
		else failed="$$failed $$check"; fi; \
	done; \
	set -- $$failed; \
	printf '\n'; \
	for check; do echo "FAILED: run 'make $$check' to see this check alone"; done; \
	echo "checks: $$passed passed, $$# failed"; \
	test $$# -eq 0

quick: $(STAMP) lint types ## Run the checks of daily work: lint, types, quick unit tests (1 minute)
	@printf '\n== Quick unit tests: pytest ==\n'
	@MPLBACKEND=agg $(PYTEST) --quiet -m '$(QUICK)'

lint: $(STAMP) ## Check style, formatting and layers of code and notebooks (ruff, import-linter)
	@printf '\n== Style: ruff ==\n'
	@$(BIN)/ruff check --output-format=concise
	@$(BIN)/ruff format --check
	@printf '\n== Layers: import-linter ==\n'
	@$(BIN)/lint-imports --no-cache --no-logo

types: $(STAMP) ## Check the types of both packages and the tests strictly (mypy)
	@printf '\n== Types: mypy --strict ==\n'
	@$(BIN)/mypy

unit: $(STAMP) ## Run unit tests, property tests and doctests (pytest)
	@printf '\n== Unit tests, property tests, doctests: pytest ==\n'
	@MPLBACKEND=agg $(PYTEST) --durations=30 --durations-min=10

notebooks: $(STAMP) ## Run every lecture and solution from top to bottom (nbval)
	@printf '\n== Lectures and solutions, run from top to bottom: nbval ==\n'
	@$(BIN)/python -m tests.notebooks.references merge
	@$(PYTEST) -p no:randomly \
		--nbval-lax --nbval-current-env --nbval-cell-timeout=120 $(NOTEBOOKS)

bench: $(STAMP) $(BENCH_STAMP) $(OTTER_STAMP) ## Measure course_lib and the grader, write benchmarks/RESULTS.md (half an hour)
ifneq ($(TORCH),no)
	@printf '\n== course_lib computes what PyTorch computes: pytest ==\n'
	@$(BENCH)/python -m pytest --quiet tests/course_lib/outside/test_torch.py
endif
	@printf '\n== Speed of course_lib: pytest-benchmark ==\n'
	@$(BENCH)/python benchmarks/library_speed.py --write
	@printf '\n== Cost of grading a class, against stock nbgrader ==\n'
	@$(BIN)/python benchmarks/grade_class.py --write
	@printf '\n== Cost as the class grows, and with more jobs ==\n'
	@$(BIN)/python benchmarks/class_growth.py --write
	@printf '\n== Cost against other graders, each with one process and with several ==\n'
	@$(BIN)/python benchmarks/other_graders.py --write

mutants: $(MUTANTS_STAMP) ## Mutate the solutions by tool, show what no test minds (3 minutes)
	@$(MUTANTS)/python -m tests.mutants.by_tool

site: $(STAMP) ## Build the study site, lectures executed (2 minutes)
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs -d build/doctrees . build/site
	@echo "Open build/site/index.html"

lock: $(LOCK_TOOL) ## Resolve the dependencies anew and rewrite requirements.lock
	@echo "Resolving dependencies (about 10 seconds) ..."
	@$(LOCK_TOOL) pip compile --quiet --upgrade --universal --extra cluster --extra test --extra site --generate-hashes \
		--no-annotate --no-emit-index-url --no-emit-find-links --no-emit-build-options \
		--custom-compile-command 'make lock' --output-file requirements.lock pyproject.toml
	@echo "requirements.lock is new: carry changed versions over to environment.yml, then make test"

clean: ## Remove the environment, caches and everything that grading made
	@rm -rf .venv .venv-bench .venv-lock .venv-mutants .venv-otter grading build *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@.ci/make-environment .venv $(PYTHON)
	@touch $@

$(BENCH_STAMP): requirements.lock pyproject.toml benchmarks/requirements.txt
	@.ci/make-environment .venv-bench $(PYTHON)
	@echo "Installing pytest-benchmark$(if $(filter-out no,$(TORCH)), and PyTorch) into .venv-bench ..."
	@$(BENCH)/python -m pip install --quiet --disable-pip-version-check \
		--constraint benchmarks/requirements.txt pytest-benchmark $(if $(filter-out no,$(TORCH)),torch)
	@touch $@

$(OTTER_STAMP): requirements.lock pyproject.toml benchmarks/requirements-otter.txt
	@.ci/make-environment .venv-otter $(PYTHON)
	@echo "Installing Otter-Grader into .venv-otter ..."
	@.venv-otter/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement benchmarks/requirements-otter.txt
	@touch $@

$(MUTANTS_STAMP): requirements.lock pyproject.toml tests/mutants/requirements.txt
	@.ci/make-environment .venv-mutants $(PYTHON)
	@echo "Installing cosmic-ray and mutmut into .venv-mutants ..."
	@$(MUTANTS)/python -m pip install --quiet --disable-pip-version-check \
		--requirement tests/mutants/requirements.txt
	@touch $@

$(LOCK_TOOL):
	@.ci/make-environment --empty .venv-lock $(PYTHON)
	@.venv-lock/bin/python -m pip install --quiet uv
