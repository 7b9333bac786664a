# make run: a demo school on this machine. make test, check, bench: for developers.
# make binary: dist/rtserver, to install elsewhere.
# make dist: wheel and sdist, and the wheel of clients/python.
# make client: /client.js, the JavaScript client that the server gives to pages.
# make web: the classroom page, which the server shows to browsers.
# make test runs the tests twice: all compiled, those of the compiled modules as Python too.
# Another Python: make test PYTHON=python3.12   Some tests only: make test ARGS="-k chat"

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check

CLIENT := templates/client/client.js
# Where npm isn't to be had the server has no /client.js, and is whole otherwise.
TRY_CLIENT = @$(MAKE) --no-print-directory client || echo "going on without /client.js; make client tries again" >&2
PAGE := templates/page/index.html
TRY_WEB = @$(MAKE) --no-print-directory web || echo "going on without the classroom page; make web tries again" >&2

# The tests of the compiled modules, which are run as Python too.
BOTH_FORMS := tests/rtserver/edge tests/rtserver/delivery tests/rtserver/input tests/rtserver/test_limits.py \
    tests/rtserver/process/test_compiled.py tests/handlers/test_board_commands.py tests/handlers/test_command.py \
    tests/handlers/test_command_loop.py tests/handlers/test_command_queue.py \
    tests/handlers/test_dispatch.py tests/handlers/test_pace.py tests/handlers/test_patch_run.py
SOURCES := $(shell find rtserver handlers store -name '*.py')
# Whether all was compiled: there are modules where a compiler was.
IS_COMPILED = ls build/compiled/*.so >/dev/null 2>&1
AS_COMPILED = PYTHONPATH="$(CURDIR)/tests/compiled"
WHEEL = rm -rf build/lib* build/bdist.* && \
    RTSERVER_COMPILED=build/compiled $(BIN)/python -m build --wheel --no-isolation

.PHONY: run test test-compiled check format bench fuzz client clients web binary dist clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

# A page of one's own, of whatever dev server on this machine, is let in.
run: export RTSERVER_SERVER_ALLOWED_ORIGINS ?= http://localhost:*,http://127.0.0.1:*,http://[::1]:*
run: .venv/.stamp-run
	$(TRY_CLIENT)
	$(TRY_WEB)
	$(BIN)/rtserver demo && exec $(BIN)/rtserver serve

# With ARGS only what they name, as Python: that needs no building.
ifdef ARGS
test: .venv/.stamp-test
	$(TRY_CLIENT)
	$(TRY_WEB)
	$(BIN)/python -m pytest $(ARGS)
else
test: test-compiled
	! $(IS_COMPILED) || $(BIN)/python -m pytest $(BOTH_FORMS)
endif

# Where there is no compiler, this is all as Python.
test-compiled: .venv/.stamp-test build/compiled/.stamp
	$(TRY_CLIENT)
	$(TRY_WEB)
	if $(IS_COMPILED); then export $(AS_COMPILED); fi; $(BIN)/python -m pytest $(ARGS)

check: .venv/.stamp-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict rtserver handlers store clients/python/rtserver_client
	$(BIN)/lint-imports --no-logo

format: .venv/.stamp-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Of the compiled form, as binary and wheel have it.
bench: .venv/.stamp-test build/compiled/.stamp
	if $(IS_COMPILED); then export $(AS_COMPILED); fi; $(BIN)/python -m bench $(ARGS)

fuzz: .venv/.stamp-test
	$(BIN)/python -m bench fuzz $(ARGS)

client: $(CLIENT)
	@:

$(CLIENT): $(wildcard clients/js/src/*.ts clients/js/b*) clients/js/package-lock.json \
    | .venv/bin/python
	@echo "building /client.js from clients/js"
	@clients/js/build.sh "$(CURDIR)/$(BIN)/python"
	@mkdir -p $(@D) && cp clients/js/dist/bundle/client.* $(@D)/ && touch $@

web: $(PAGE)
	@:

# Its types are those of the server's own OpenAPI document, hence the packages of Python.
$(PAGE): $(shell find web -name node_modules -prune -o -name dist -prune -o -name build -prune -o \
    -name schema.d.ts -o -type f -print 2>/dev/null) $(wildcard clients/*/src/*.ts) clients/node.sh \
    $(wildcard handlers/*.py handlers/api_docs/*.py) | .venv/.stamp-run
	@echo "building the classroom page from web; the first time this takes a minute"
	@web/build.sh "$(CURDIR)/$(BIN)/python"
	@rm -rf $(@D) && mv web/dist $(@D) && touch $@

# make test does this too, where there is Node.js; here its absence is a failure.
clients: .venv/.stamp-test
	RTSERVER_TEST_CLIENTS=require $(BIN)/python -m pytest -n0 -s tests/clients/test_js.py \
	    tests/clients/test_excalidraw.py tests/browser/test_excalidraw.py

# Frozen from an ordinary installation: PyInstaller doesn't see an editable one, and
# build/ has no folder rtserver that would hide it.
binary: build/venv/.stamp build/compiled/.stamp
	$(TRY_CLIENT)
	$(TRY_WEB)
	rm -rf build/wheel
	$(WHEEL) --outdir build/wheel
	build/venv/bin/pip install --quiet --disable-pip-version-check \
	    --no-deps --force-reinstall build/wheel/*.whl
	cd build && venv/bin/pyinstaller --noconfirm --log-level WARN --distpath ../dist \
	    --workpath frozen ../deploy/rtserver.spec
	@ls -l dist/rtserver

dist: build/compiled/.stamp
	$(TRY_CLIENT)
	$(TRY_WEB)
	$(BIN)/python -m build --sdist --outdir dist
	$(WHEEL) --outdir dist
	$(BIN)/python -m build --wheel --outdir dist clients/python

# Leaves .venv and the school in data/ alone.
clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
	rm -rf .hypothesis .import_linter_cache
	rm -rf clients/js/dist clients/js/node_modules templates/client
	rm -rf web/dist web/build web/node_modules web/src/api/schema.d.ts templates/page
	rm -rf clients/excalidraw/dist clients/excalidraw/node_modules clients/excalidraw/test/page/dist
	rm -rf clients/python/build clients/python/*.egg-info
	find rtserver handlers store templates clients/python tests bench -name __pycache__ -prune \
	    -exec rm -rf {} + 2>/dev/null || true

# A stamp is as old as the last installation, so it's repeated only when what it read changes.
.venv/.stamp-run: setup.py .venv/bin/python
	@echo "installing rtserver into .venv"
	$(PIP) -e .
	@touch $@

# With the Python client, by which tests and benches reach the server.
.venv/.stamp-test: setup.py clients/python/pyproject.toml .venv/bin/python
	@echo "installing rtserver and its test tools into .venv"
	$(PIP) -e '.[test]' -e ./clients/python
	@touch $@ .venv/.stamp-run

.venv/.stamp-dev: setup.py .venv/bin/python
	@echo "installing rtserver and its checkers into .venv"
	$(PIP) -e '.[dev]'
	@touch $@ .venv/.stamp-run

# Old ones are removed first: two builds never mix.
build/compiled/.stamp: deploy/compile.py $(SOURCES) | .venv/.stamp-dev
	@echo "compiling the way of a frame; this takes half a minute"
	@rm -rf build/compiled build/mypyc && mkdir -p build/compiled
	$(BIN)/python deploy/compile.py build/compiled
	@touch $@

build/venv/.stamp: setup.py .venv/bin/python
	@echo "installing rtserver and PyInstaller into build/venv"
	$(BIN)/python -m venv --clear build/venv
	rm -rf build/lib build/bdist.*
	build/venv/bin/pip install --quiet --disable-pip-version-check '.[binary]'
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "rtserver needs Python 3.11 or newer, and '$(PYTHON)' isn't one:" \
	         "make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "'$(PYTHON)' can't create virtual environments. On Debian and Ubuntu:" \
	         "apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
