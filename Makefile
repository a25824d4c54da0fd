# Every command works in a fresh clone with Python 3.11+ and make; what it needs, it installs here.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench cost fuzz invoke report build smoke key openapi engines clean

PYTHON ?= python3
SAM_VERSION := 1.170.0
SCHEMATHESIS_VERSION := 4.32.5
PY := .venv/bin/python
SAM := .venv-sam/bin/python -m samcli
PIP := -m pip install -qq --disable-pip-version-check --no-input

export SAM_CLI_TELEMETRY := 0
export PIP_NO_WARN_SCRIPT_LOCATION := 1

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo '  PORT, COUNTERFOIL_DATA (a folder or :memory:), COUNTERFOIL_DYNAMODB_ENDPOINT,'
	@echo '  COUNTERFOIL_ENGINE (dynoxide or ministack), COUNTERFOIL_APP_ID, COUNTERFOIL_APP_TOKEN,'
	@echo '  COUNTERFOIL_MANAGEMENT_ID, COUNTERFOIL_MANAGEMENT_TOKEN, COUNTERFOIL_CLIENT_ID,'
	@echo '  COUNTERFOIL_DASHBOARD_ID, COUNTERFOIL_DASHBOARD_TOKEN,'
	@echo '  COUNTERFOIL_CLIENT_TOKEN, COUNTERFOIL_CLIENT_ORIGINS, COUNTERFOIL_CLIENT_REDEEMS'

run: .venv/installed-local ## serve every route on http://127.0.0.1:$PORT (8000), with its own engine
	@exec $(PY) -m local.serve

# The coverage floor of pyproject.toml is one of the whole run: TESTS=tests/domain is not held to it.
# A file is one process's, for what it starts; four at most, for the races have sixteen each.
test: .venv/installed-test engines tests/contract/js/node_modules ## run all tests, on both engines
	$(PY) -m pytest $(or $(TESTS),--cov --cov-report= -n auto --maxprocesses 4 --dist loadfile)

check: .venv/installed-check .venv-sam/installed ## formatting, lint, types, layers, template
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	.venv/bin/cfn-lint template.yaml
	$(SAM) validate --lint

bench: .venv/installed-local engines ## the handlers beside the bare DynamoDB calls, as ratios
	@exec $(PY) -m bench

fuzz: .venv/installed-local .venv-fuzz/installed engines ## schemathesis against docs/openapi.json; ARGS='--cases 20000 --seed 1'
	@exec $(PY) -m local.fuzzing $(ARGS)

cost: .venv/installed-local ## what a million orders cost on AWS; ARGS='--region eu-central-1 --write 0.76 …'
	@exec $(PY) -m bench.costs $(ARGS)

invoke: .venv/installed-local ## one function on its event file, no Docker: make invoke F=CreateOrder
	@exec $(PY) -m local.invoke $(or $(F),$(error which function? make invoke F=CreateOrder))

report: .venv/installed-local ## the report of a day, week or month: make report DAY=2026-11-22 [PERIOD=weekly]
	@exec $(PY) -m local.report '$(or $(DAY),$(error which day? make report DAY=2026-11-22))' '$(or $(PERIOD),daily)'

build: .venv/installed-local .venv-sam/installed ## sam build and bytecode; ARCHITECTURE=arm64 or x86_64
	@exec $(PY) -m local.build $(ARCHITECTURE)

smoke: .venv/installed-local .venv-sam/installed ## the built functions under the runtime emulator
	@exec $(PY) -m local.smoke

key: .venv/installed-local ## mint a key for a deployed stack: make key ARGS='--project shop'
	@exec $(PY) -m local.key $(ARGS)

openapi: .venv/installed-local ## write docs/openapi.json, the reference page and the Postman collection
	@exec $(PY) -m local.reference

engines: .venv/installed-local # both, where this machine can have both
	@exec $(PY) -m local.install dynoxide ministack

# The vendor's JavaScript client, for its contract tests; a machine without npm skips those.
tests/contract/js/node_modules: tests/contract/js/package-lock.json
	@if ! command -v npm >/dev/null; then \
		echo 'counterfoil: no npm on PATH: the JavaScript client is not tested' >&2; \
	elif npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then \
		touch $@; \
	else \
		echo 'counterfoil: the JavaScript client could not be installed: it is not tested' >&2; \
	fi

clean: ## remove what these commands made, the local data included
	rm -rf .venv .venv-sam .venv-fuzz .venv-ministack .venv-smoke .local .aws-sam .artifacts
	rm -rf tests/contract/js/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'counterfoil: Python 3.11 or later is needed: PYTHON=/path/to/it make ...' >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed-%: pyproject.toml shared/requirements.txt | .venv/bin/python
	$(PY) $(PIP) --editable '.[$(EXTRAS_$*)]'
	@touch $@

EXTRAS_local := local
EXTRAS_test := local,test
EXTRAS_check := local,test,check

.venv-fuzz/installed: Makefile
	$(PYTHON) -m venv .venv-fuzz
	.venv-fuzz/bin/python $(PIP) schemathesis==$(SCHEMATHESIS_VERSION)
	@touch $@

.venv-sam/installed: Makefile
	$(PYTHON) -m venv .venv-sam
	.venv-sam/bin/python $(PIP) aws-sam-cli==$(SAM_VERSION)
	@touch $@
