# Every target prepares what it needs in .venv (tools/bootstrap.py); nothing has to be installed before.
PYTHON ?= python3
BIN := .venv/bin
BOOTSTRAP := $(PYTHON) tools/bootstrap.py
PYTEST_ARGS ?=
TEST_WORKERS ?= 2
FUZZ_ARGS ?=
BARE ?=

# Packages are installed without bytecode: what is imported shall be compiled once, not each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test bare lint format stubs bench notebooks docs asan fuzz dev clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo:  ## measure, predict, search and verify on this machine; writes demo/
	$(BOOTSTRAP)
	$(BIN)/latpred demo

# Two workers that both use all processors would only fight, so each computes with one thread.
test: export OMP_NUM_THREADS ?= 1
test:  ## the whole test suite (PYTEST_ARGS="-k search" narrows it; TEST_WORKERS=0: in one process)
	$(BOOTSTRAP) test notebook
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup --no-loadscope-reorder $(PYTEST_ARGS)

bare:  ## each extra in an environment without anything else (BARE="onnx trees" tries these alone)
	$(BOOTSTRAP) test
	$(BIN)/python tools/bare.py $(BARE)

lint:  ## formatting, static analysis, types, stubs
	$(BOOTSTRAP) test lint notebook
	$(BIN)/python tools/lint.py

format:  ## rewrite the sources in house style
	$(BOOTSTRAP) test lint
	$(BIN)/python tools/lint.py --fix

stubs:  ## write python/latpred/_core/*.pyi anew
	$(BOOTSTRAP) test lint
	$(BIN)/python tools/make_stubs.py

bench:  ## ratios against the peers, in one run
	$(BOOTSTRAP) test bench --peer ofa==0.1.0.post202307202001
	$(BIN)/python -m benchmarks

notebooks:  ## execute the notebooks (LATPRED_SMOKE=1 makes them small)
	$(BOOTSTRAP) notebook
	$(BIN)/python tools/run_notebooks.py

docs:  ## API pages in build/docs
	$(BOOTSTRAP) docs
	$(BIN)/python -m sphinx -q docs build/docs

asan:  ## the torch-free core under address and undefined-behaviour sanitizers
	$(BOOTSTRAP) test
	bash tools/asan.sh $(PYTEST_ARGS)

fuzz:  ## changed files, texts and numbers into all that reads (FUZZ_ARGS="--minutes 30 --seed 7")
	$(BOOTSTRAP) test
	$(BIN)/python tools/fuzz.py $(FUZZ_ARGS)

dev:  ## editable install that rebuilds on import
	$(BOOTSTRAP) --editable test lint notebook

clean:  ## remove everything made here, .venv included
	rm -rf .venv build demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find python tests tools -name __pycache__ -prune -exec rm -rf {} +
