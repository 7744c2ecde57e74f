# make briefings   build the edition into reports/current     make lint    ruff and mypy
# make test        the quick tests                            make lock    resolve requirements.lock anew (needs uv)
# make lab         JupyterLab in the project
# make test-all    every test, browsers and whole editions    make clean   forget .venv and the tools' caches
# make docs        the documentation, into docs/_build/html; make pictures takes its pictures anew (needs chromium)
# make benchmark   the press beside other ways to do its work, into benchmarks/README.md (some 20 minutes)
#
# Each sets up what it needs in .venv, from requirements.lock, when that is missing, unsound or older than the lock.
# make PYTHON=/path/to/python3 ... chooses the interpreter; make test ARGS="-k dates" hands options on to pytest.
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

# A .venv of another Python, or of a folder that was moved or copied since, does not find this package where it lies.
FINDS_US := import os.path as p; from importlib.util import find_spec as f; \
	assert p.samefile(f("pressroom").origin, "src/pressroom/__init__.py")
ifneq ($(wildcard $(READY)),)
ifneq ($(shell $(BIN)/python -c '$(FINDS_US)' 2>/dev/null && echo sound),sound)
.PHONY: $(LOCKED)
endif
endif

.PHONY: briefings lab test test-all docs pictures benchmark lint lock clean
.DELETE_ON_ERROR:

briefings: $(READY)
	$(BIN)/briefings build

lab: $(READY)
	$(BIN)/briefings lab $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow" $(ARGS)

# Slow tests wait for browsers, servers and the next minute of cron: more of them at once than there are cores.
test-all: $(READY)
	$(BIN)/python -m pytest -n 4 --dist loadgroup $(ARGS)

docs: $(READY)
	$(BIN)/python -m sphinx --fail-on-warning --keep-going -q -b html docs docs/_build/html

pictures: $(READY)
	$(BIN)/briefings build && $(BIN)/python docs/take_gallery.py
	$(BIN)/python -m pytest tests/desk --pictures docs/pictures -k "beside_its_pdf or broken_cell or changed_parameter"

benchmark: $(READY)
	$(BIN)/python -m benchmarks --keep $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The newest allowed versions, for every platform and Python at once.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv on the path" >&2; exit 1; }
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header -q --upgrade -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Each stamp comes last in its recipe, so that an interrupted set-up is taken up again from the start.
$(LOCKED): requirements.lock
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later found: install one, or name it with make PYTHON=..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11 or does not run: name another with make PYTHON=..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock, which takes a minute or two ..."
	@rm -f $(READY) $(LOCKED)
	"$(PYTHON)" -m venv --clear $(VENV)
	$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

# Installing copies what JupyterLab reads into the environment.
$(READY): $(LOCKED) pyproject.toml $(shell find src/pressroom/desk/lab -name '*.js*')
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
