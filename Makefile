# Deep Learning from Scratch: every task of the project, one target each. `make help` lists them.
#   make lab     set up, then open JupyterLab at the course
#   make test    set up, then run everything that CI runs

PYTHON ?= python3
TORCH  ?= auto
JOBS   ?= 2
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready-$(TORCH)
LAB_OPTIONS ?=
# JOBS processes side by side: with threads of their own they would only wait for each other's cores.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
# Lesson 07 runs TensorFlow and JAX live where they are installed, apart from the rest (they are large).
export DLCOURSE_FRAMEWORKS := $(wildcard $(CURDIR)/.venv-frameworks/bin/python)
export TORCH

.DEFAULT_GOAL := help
.PHONY: help setup frameworks lab test lint check-notebooks unit-tests notebook-tests notebooks bench bench-mkl constraints clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

setup: $(READY)  ## make .venv with everything that the course and its tests need

$(READY): pyproject.toml constraints.txt tools/install_torch.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "The course needs Python 3.11 or newer; choose one with: make lab PYTHON=python3.12"; exit 1; }
	@$(BIN)/python -m pip show --quiet pip >/dev/null 2>&1 \
	  || { echo "making $(VENV) and installing into it: some minutes, once"; $(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/python tools/install_torch.py --quiet -c constraints.txt
	$(BIN)/python -m pip install --quiet -c constraints.txt --editable '.[test]'
	@touch $@

frameworks: .venv-frameworks/.ready  ## TensorFlow and JAX in an environment of their own (2.5 GB): lesson 07 runs them live

.venv-frameworks/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear .venv-frameworks
	.venv-frameworks/bin/python -m pip install --quiet -c constraints.txt --editable '.[frameworks]'
	@touch $@

lab: setup  ## set up, then open JupyterLab at the course (options for it: LAB_OPTIONS=...)
	$(BIN)/jupyter lab --ServerApp.root_dir=notebooks $(LAB_OPTIONS)

test: setup lint check-notebooks unit-tests notebook-tests  ## everything: lint, notebooks against their sources, unit tests, all notebooks executed

lint: setup  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check-notebooks: setup  ## each notebook is what its source makes
	$(BIN)/dlcourse build --check

unit-tests: setup  ## the quick part: the package, its exercises and tools
	@$(BIN)/python -c 'import torch, torchvision' \
	  || { echo "The tests compare the engine with PyTorch: set up with TORCH=cpu or TORCH=cuda."; exit 1; }
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

notebook-tests: setup  ## execute every notebook and compare its outputs
	$(BIN)/python -m pytest -p no:cacheprovider -p tests.notebooks.as_built -n $(JOBS) --dist loadfile \
	  --nbval --nbval-current-env --nbval-cell-timeout 300 --nbval-sanitize-with tests/notebooks/sanitize.cfg notebooks

notebooks: setup  ## rebuild every notebook from its source
	$(BIN)/dlcourse build

bench: setup  ## the engine beside PyTorch, some forty minutes; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

bench-mkl: setup .venv-mkl/.ready  ## the networks again with NumPy on MKL, the BLAS library that PyTorch brings
	PYTHONPATH=.venv-mkl/numpy LD_LIBRARY_PATH=.venv-mkl/lib MKL_THREADING_LAYER=GNU \
	  $(BIN)/python -m benchmarks networks --output benchmarks/RESULTS-MKL.md

# There is no such NumPy on PyPI (conda has one): it is compiled, with a C and C++ compiler, in some four minutes.
.venv-mkl/.ready: constraints.txt
	$(PYTHON) -m venv --clear .venv-mkl
	.venv-mkl/bin/python -m pip install --quiet mkl-devel
	PKG_CONFIG_PATH=$(CURDIR)/.venv-mkl/lib/pkgconfig .venv-mkl/bin/python -m pip install --quiet --no-cache-dir -c constraints.txt \
	  --no-deps --no-binary numpy --target .venv-mkl/numpy -C setup-args=-Dblas=mkl-sdl -C setup-args=-Dlapack=mkl-sdl \
	  -C setup-args=-Dallow-noblas=false numpy
	@touch $@

constraints: setup  ## write the versions installed here into constraints.txt
	$(BIN)/python tools/freeze.py > constraints.tmp && mv constraints.tmp constraints.txt

clean:  ## remove what was built (.venv too)
	rm -rf $(VENV) .venv-frameworks .venv-mkl build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
